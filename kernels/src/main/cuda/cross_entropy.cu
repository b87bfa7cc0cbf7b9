// Cross-entropy of given logits, and its gradient.
//
// Forward: a block of 256 threads a row, which reads it once; every thread keeps a largest value and a sum of
// exponentials of its own, and these are joined over lanes, then over warps. Backward: the softmax comes from the
// logits and the row's log-sum-exp, so nothing of the size of the logits is kept; a block takes 4096 columns of a row.
//
// Rows may start anywhere (sectors.cuh).
#include "logsumexp.cuh"
#include "sectors.cuh"
#include "stream.cuh"

__device__ __forceinline__ float valueOrNone(const float* row, u32 j, u32 width) {
    return j < width ? row[j] : MINUS_INFINITY;
}

// losses[i] = logSumExp[i] - logits[i, targets[i]].
extern "C" __global__ void crossEntropy(
    const float* logits, const u32* targets, u32 width, float* losses, float* logSumExp) {
    __shared__ float2 warps[THREADS / 32];
    u32 i = blockIdx.x;
    const float* row = logits + (u64)i * width;
    LogSumExp all;
    u32 skipped = skew(row);
    for (u32 first = 0; first < width + skipped; first += 4 * THREADS) {
        // Before column 0 this wraps around, beyond any width.
        u32 j = first + threadIdx.x - skipped;
        all.add(
            valueOrNone(row, j, width),
            valueOrNone(row, j + THREADS, width),
            valueOrNone(row, j + 2 * THREADS, width),
            valueOrNone(row, j + 3 * THREADS, width));
    }
    all.joinLanes<32>();
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = make_float2(all.max, all.sum);
    __syncthreads();
    if (threadIdx.x >= 32) return;
    float2 part = warps[threadIdx.x % (THREADS / 32)];
    all.max = part.x;
    all.sum = part.y;
    all.joinLanes<THREADS / 32>();
    if (threadIdx.x == 0) {
        float total = all.value();
        logSumExp[i] = total;
        losses[i] = total - row[targets[i]];
    }
}

// dlogits[i, j] = dLoss factor (softmax(logits[i, :])_j - [j = targets[i]]). dlogits may be logits: each value is read
// and written by the same thread.
extern "C" __global__ void crossEntropyBackward(
    const float* logits, const u32* targets, const float* logSumExp, const float* dLoss, float factor, u32 width,
    float* dlogits) {
    u32 i = blockIdx.x;
    const float* row = logits + (u64)i * width;
    float* dRow = dlogits + (u64)i * width;
    u32 target = targets[i];
    float total = logSumExp[i];
    float scale = *dLoss * factor;
    u32 first = blockIdx.y * 4 * TILE + threadIdx.x - skew(row);
#pragma unroll 4
    for (u32 k = 0; k < 4 * TILE; k += THREADS) {
        u32 j = first + k;
        if (j < width) {
            float softmax = floatExp(row[j] - total);
            dRow[j] = (j == target ? softmax - 1.0f : softmax) * scale;
        }
    }
}
