// The two halves of a Lloyd iteration.
//
// Assignment, distance and argmin fused: the products of 64 points with 64 centroids at a time live in registers
// (products.cuh) and become scores |c|^2 - 2 x . c, of which each thread keeps the best for its 8 points; the 16 lanes
// of a point compare theirs when all centroids have gone by. Of the N x K distances none reaches global memory.
// Products and norms are added up in the order of the columns, as the CPU does it: the bits are the same.
//
// Sums: the host has sorted the points by chunk and cluster. A warp adds the points of one cluster in one chunk one
// after another, a lane a column, in float64; a second kernel adds the chunks in order. Again the CPU's bits.
#include "products.cuh"

#define PLUS_INFINITY __int_as_float(0x7f800000)

// The nearest centroid so far: the smallest score, then the smallest index.
struct Nearest {
    float score = PLUS_INFINITY;
    u32 k = 0;

    __device__ __forceinline__ void add(float otherScore, u32 other) {
        bool better = (otherScore < score) | ((otherScore == score) & (other < k));
        score = better ? otherScore : score;
        k = better ? other : k;
    }

    // Joins the 16 lanes of a point; all get the result.
    __device__ __forceinline__ void joinLanes() {
#pragma unroll
        for (u32 d = 8; d > 0; d >>= 1) {
            float otherScore = __shfl_xor_sync(FULL, score, d);
            u32 other = __shfl_xor_sync(FULL, k, d);
            add(otherScore, other);
        }
    }
};

// The square of one row of a slice added to the sum so far.
__device__ __forceinline__ float addSquares(const float* slice, u32 row, float sum) {
#pragma unroll
    for (u32 q = 0; q < SLICE / 4; q++) {
        float4 v = quadAt(slice, quadPlace(row, q));
        sum = fmaf(v.x, v.x, sum);
        sum = fmaf(v.y, v.y, sum);
        sum = fmaf(v.z, v.z, sum);
        sum = fmaf(v.w, v.w, sum);
    }
    return sum;
}

// assignment[i] = argmin over k of |points[i] - centroids[k]|^2; distances[i] = that squared distance, at least 0.
extern "C" __global__ void assignClusters(
    const float* points, const float* centroids, u32 rows, u32 clusters, u32 width, u32* assignment,
    float* distances) {
    __shared__ Slices slices;
    __shared__ float pointNorms[SIDE], centroidNorms[SIDE];
    Rows a(points, rows, width), b(centroids, clusters, width);
    a.first = blockIdx.x * SIDE;
    Nearest nearest[8];
    for (b.first = 0; b.first < clusters; b.first += SIDE) {
        // The first half of the block sums the squares of the points, the second those of the centroids.
        bool ofPoint = threadIdx.x < SIDE;
        u32 own = threadIdx.x % SIDE;
        float norm = 0.0f;
        float products[8][4];
        multiplyRows(a, b, slices, products, [&] { norm = addSquares(ofPoint ? slices.a : slices.b, own, norm); });
        (ofPoint ? pointNorms : centroidNorms)[own] = norm;
        __syncthreads();
#pragma unroll
        for (u32 j = 0; j < 4; j++) {
            u32 k = b.first + tx() + 16 * j;
            float centroidNorm = centroidNorms[tx() + 16 * j];
#pragma unroll
            for (u32 i = 0; i < 8; i++) {
                nearest[i].add(k < clusters ? fmaf(-2.0f, products[i][j], centroidNorm) : PLUS_INFINITY, k);
            }
        }
    }
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
        u32 row = a.first + ty() + 8 * i;
        nearest[i].joinLanes();
        if (tx() == 0 && row < rows) {
            float distance = pointNorms[ty() + 8 * i] + nearest[i].score;
            assignment[row] = nearest[i].k;
            distances[row] = distance < 0.0f ? 0.0f : distance;
        }
    }
}

constexpr u32 SUM_WARPS = 4;

// sums[s, :] = the sum of the points order[starts[s]] to order[starts[s + 1] - 1], one after another. A warp takes 32
// columns of one segment s.
extern "C" __global__ void sumSegments(
    const float* points, const u32* order, const u32* starts, u32 segments, u32 width, double* sums) {
    u32 tiles = (width + 31) / 32;
    u32 task = blockIdx.x * SUM_WARPS + threadIdx.x / 32;
    u32 segment = task / tiles, j = task % tiles * 32 + threadIdx.x % 32;
    if (segment >= segments || j >= width) return;
    double sum = 0.0;
    u32 end = starts[segment + 1];
#pragma unroll 8
    for (u32 i = starts[segment]; i < end; i++) sum += (double)points[order[i] * width + j];
    sums[segment * width + j] = sum;
}

// sums = the sum of the chunks' sums [chunks x n], in order.
extern "C" __global__ void joinSums(const double* chunkSums, u32 chunks, u32 n, double* sums) {
    u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    double sum = chunkSums[i];
    for (u32 chunk = 1; chunk < chunks; chunk++) sum += chunkSums[(u64)chunk * n + i];
    sums[i] = sum;
}
