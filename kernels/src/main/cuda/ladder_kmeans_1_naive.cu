// K-means assignment, first rung of the ladder: as it is written down.
//
// A thread takes a point, and stores its squared distance from each centroid in an N x K matrix; a second kernel looks
// for the smallest of each row. What it costs: neighbouring threads read points that lie a row apart, so that a request
// of a warp touches 32 sectors and uses 4 bytes of each; a point is read K times; and N x K distances go to memory and
// back, a column at a time, again 32 sectors a request.
//
// Counted for 128 points, 128 centroids and 64 columns: 1,114,128 sectors of global memory (ideal 167,952), 0 requests
// to shared memory, 375,028 instructions.
#include "common.cuh"

extern "C" __global__ void distances(
    const float* points, const float* centroids, u32 rows, u32 clusters, u32 width, float* distances) {
    u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= rows) return;
    for (u32 k = 0; k < clusters; k++) {
        float sum = 0.0f;
        for (u32 j = 0; j < width; j++) {
            float difference = points[i * width + j] - centroids[k * width + j];
            sum = fmaf(difference, difference, sum);
        }
        distances[i * clusters + k] = sum;
    }
}

extern "C" __global__ void nearest(const float* distances, u32 rows, u32 clusters, u32* assignment) {
    u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= rows) return;
    float least = distances[i * clusters];
    u32 best = 0;
    for (u32 k = 1; k < clusters; k++) {
        float distance = distances[i * clusters + k];
        best = distance < least ? k : best;
        least = fminf(least, distance);
    }
    assignment[i] = best;
}
