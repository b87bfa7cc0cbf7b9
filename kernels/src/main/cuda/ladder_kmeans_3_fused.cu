// K-means assignment, third rung of the ladder: no matrix of distances.
//
// The tiles are those of the second rung, but a block keeps its 16 points and walks over all centroids; each thread
// keeps the nearest of those that it has seen, and the 16 threads of a point compare theirs at the end. Of a point's K
// distances nothing is stored but the number of the smallest, and one launch does the work of two.
//
// What is left to gain is in kmeans.cu: there a thread has 8 x 4 pairs, so that a value read from shared memory serves
// 4 or 8 multiply-adds instead of one.
//
// Counted for 128 points, 128 centroids and 64 columns: 16,448 sectors of global memory (ideal 16,448), 69,632
// requests to shared memory, 196,672 instructions.
#include "common.cuh"

constexpr u32 SIDE = 16;

extern "C" __global__ void nearest(
    const float* points, const float* centroids, u32 rows, u32 clusters, u32 width, u32* assignment) {
    __shared__ float x[SIDE][SIDE], y[SIDE][SIDE + 1];
    u32 tx = threadIdx.x % SIDE, ty = threadIdx.x / SIDE;
    u32 i = blockIdx.x * SIDE + ty;
    float least = __int_as_float(0x7f800000);
    u32 best = 0;
    for (u32 firstCentroid = 0; firstCentroid < clusters; firstCentroid += SIDE) {
        float sum = 0.0f;
        for (u32 first = 0; first < width; first += SIDE) {
            u32 j = first + tx, k = firstCentroid + ty;
            x[ty][tx] = i < rows && j < width ? points[i * width + j] : 0.0f;
            y[ty][tx] = k < clusters && j < width ? centroids[k * width + j] : 0.0f;
            __syncthreads();
#pragma unroll
            for (u32 c = 0; c < SIDE; c++) {
                float difference = x[ty][c] - y[tx][c];
                sum = fmaf(difference, difference, sum);
            }
            __syncthreads();
        }
        u32 k = firstCentroid + tx;
        if (k < clusters && sum < least) {
            least = sum;
            best = k;
        }
    }
#pragma unroll
    for (u32 d = SIDE / 2; d > 0; d >>= 1) {
        float other = __shfl_xor_sync(FULL, least, d);
        u32 k = __shfl_xor_sync(FULL, best, d);
        best = other < least || (other == least && k < best) ? k : best;
        least = fminf(least, other);
    }
    if (i < rows && tx == 0) assignment[i] = best;
}
