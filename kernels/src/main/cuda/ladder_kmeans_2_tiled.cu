// K-means assignment, second rung of the ladder: tiles in shared memory.
//
// A block of 256 threads takes 16 points and 16 centroids, a thread one pair. They load the 16 rows of each 16 columns
// at a time, neighbouring threads neighbouring columns, so that every sector is used as a whole, and each value read
// from memory serves 16 pairs. The distances still go to memory and back; only their order changes, since threads of a
// row of the tile are centroids now. Rows of the tile of centroids are 17 values apart, or the 16 centroids of a column
// would lie in two banks.
//
// Counted for 128 points, 128 centroids and 64 columns: 20,544 sectors of global memory (ideal 20,544), 69,632
// requests to shared memory, 216,064 instructions.
#include "common.cuh"

constexpr u32 SIDE = 16;

extern "C" __global__ void distances(
    const float* points, const float* centroids, u32 rows, u32 clusters, u32 width, float* distances) {
    __shared__ float x[SIDE][SIDE], y[SIDE][SIDE + 1];
    u32 tx = threadIdx.x % SIDE, ty = threadIdx.x / SIDE;
    u32 firstPoint = blockIdx.x * SIDE, firstCentroid = blockIdx.y * SIDE;
    float sum = 0.0f;
    for (u32 first = 0; first < width; first += SIDE) {
        u32 j = first + tx;
        u32 i = firstPoint + ty, k = firstCentroid + ty;
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
    u32 i = firstPoint + ty, k = firstCentroid + tx;
    if (i < rows && k < clusters) distances[i * clusters + k] = sum;
}

// 16 threads a row of distances, which compare theirs at the end.
extern "C" __global__ void nearest(const float* distances, u32 rows, u32 clusters, u32* assignment) {
    u32 i = (blockIdx.x * blockDim.x + threadIdx.x) / SIDE;
    float least = __int_as_float(0x7f800000);
    u32 best = 0;
    if (i < rows) {
        for (u32 k = threadIdx.x % SIDE; k < clusters; k += SIDE) {
            float distance = distances[i * clusters + k];
            best = distance < least ? k : best;
            least = fminf(least, distance);
        }
    }
#pragma unroll
    for (u32 d = SIDE / 2; d > 0; d >>= 1) {
        float other = __shfl_xor_sync(FULL, least, d);
        u32 k = __shfl_xor_sync(FULL, best, d);
        best = other < least || (other == least && k < best) ? k : best;
        least = fminf(least, other);
    }
    if (i < rows && threadIdx.x % SIDE == 0) assignment[i] = best;
}
