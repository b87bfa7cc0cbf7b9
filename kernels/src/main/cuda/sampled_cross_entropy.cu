// Binary cross-entropy of each row against one positive and one sampled negative row of a table.
//
// Sixteen lanes take a row (rows.cuh), so that scores, losses and dx have the CPU's bits. The table's gradient is added
// without atomics: the host has sorted the 2 N uses of table rows by the table row, in the order of rows, positive
// before negative, so that the uses of one table row are one warp's, a lane a column: the CPU's order and bits again.
// The additions wait for one another, the loads do not: 32 uses are on their way at a time.
#include "floatmath.cuh"
#include "rows.cuh"

// log(1 + e^x).
__device__ __forceinline__ float softplus(float x) {
    return fmaxf(x, 0.0f) + floatLog(1.0f + floatExp(-fabsf(x)));
}

__device__ __forceinline__ float sigmoid(float x) {
    float e = floatExp(-fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

// scores[i, :] = (x_i . table_positive, x_i . table_negative); losses[i] = softplus(-s+) + softplus(s-).
extern "C" __global__ void sampledCrossEntropy(
    const float* x, const float* table, const u32* positives, const u32* negatives, u32 rows, u32 width,
    float* losses, float* scores) {
    u32 i = ownRow();
    Row row(i, rows, width);
    const float* p = table + (row.exists ? (u64)positives[i] * width : 0);
    const float* n = table + (row.exists ? (u64)negatives[i] * width : 0);
    float positive = 0.0f, negative = 0.0f;
    row.each<0>([&](u32, u32 j) {
        float own = x[row.start + j];
        positive = fmaf(own, p[j], positive);
        negative = fmaf(own, n[j], negative);
    });
    positive = rowSum(positive);
    negative = rowSum(negative);
    if (row.exists && row.lane < 2) scores[2 * i + row.lane] = row.lane == 0 ? positive : negative;
    if (row.exists && row.lane == 0) losses[i] = softplus(-positive) + softplus(negative);
}

// Turns scores into their gradients; dx = the table rows times these, where dx is asked for.
extern "C" __global__ void sampledCrossEntropyBackward(
    const float* table, const u32* positives, const u32* negatives, const float* dLoss, float factor, u32 rows,
    u32 width, float* scores, float* dx) {
    u32 i = ownRow();
    Row row(i, rows, width);
    float scale = *dLoss * factor;
    float positive = row.exists ? -sigmoid(-scores[2 * i]) * scale : 0.0f;
    float negative = row.exists ? sigmoid(scores[2 * i + 1]) * scale : 0.0f;
    __syncwarp();
    if (row.exists && row.lane < 2) scores[2 * i + row.lane] = row.lane == 0 ? positive : negative;
    if (dx == nullptr) return;
    const float* p = table + (row.exists ? (u64)positives[i] * width : 0);
    const float* n = table + (row.exists ? (u64)negatives[i] * width : 0);
    row.each<0>([&](u32, u32 j) { dx[row.start + j] = fmaf(negative, n[j], positive * p[j]); });
}

constexpr u32 RUN = 32;

// dtable[targets[s], :] += slopes[u] x[u / 2, :] for the uses u from order[starts[s]] to order[starts[s + 1] - 1], one
// after another. A warp takes 32 columns of one segment s.
extern "C" __global__ void addUses(
    const float* x, const float* slopes, const u32* order, const u32* starts, const u32* targets, u32 segments,
    u32 width, float* dtable) {
    u32 tiles = (width + 31) / 32;
    u32 task = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (task >= segments * tiles) return;
    u32 segment = task / tiles, lane = threadIdx.x % 32;
    u32 j = task % tiles * 32 + lane;
    bool own = j < width;
    u32 from = starts[segment], to = starts[segment + 1];
    float* target = dtable + (u64)targets[segment] * width + j;
    float total = own ? *target : 0.0f;
    for (; from < to; from += RUN) {
        u32 count = min(RUN, to - from);
        u32 use = lane < count ? order[from + lane] : 0;
        float slope = lane < count ? slopes[use] : 0.0f;
        if (count == RUN) {
            float values[RUN];
#pragma unroll
            for (u32 k = 0; k < RUN; k++) {
                u32 i = __shfl_sync(FULL, use, k) / 2;
                values[k] = own ? x[(u64)i * width + j] : 0.0f;
            }
#pragma unroll
            for (u32 k = 0; k < RUN; k++) total = fmaf(__shfl_sync(FULL, slope, k), values[k], total);
        } else {
#pragma unroll 4
            for (u32 k = 0; k < count; k++) {
                u32 i = __shfl_sync(FULL, use, k) / 2;
                float weight = __shfl_sync(FULL, slope, k);
                if (own) total = fmaf(weight, x[(u64)i * width + j], total);
            }
        }
    }
    if (own) *target = total;
}
