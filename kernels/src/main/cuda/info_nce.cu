// InfoNCE over two views of B rows, the similarities of all pairs given: the cross-entropy of the positive, the same
// row in the other view, against all pairs of other groups.
//
// Sixteen lanes take an anchor (rows.cuh) and read its row twice, for the largest value and for the sum, in the CPU's
// order: losses and gradients have its bits. The groups of the columns come from the cache.
#include "floatmath.cuh"
#include "rows.cuh"

#define MINUS_INFINITY __int_as_float(0xff800000)

// One row of sim [2 views x 2 views] and what it is compared with.
struct Anchor {
    const u32* groups;
    u32 views, own, positive;

    __device__ __forceinline__ Anchor(const u32* groups, u32 views, u32 i)
        : groups(groups),
          views(views),
          own(i < 2 * views ? groups[i < views ? i : i - views] : 0),
          positive(i < views ? i + views : i - views) {}

    // Whether column j is the positive or a negative.
    __device__ __forceinline__ bool compares(u32 j) const {
        return (j == positive) | (groups[j < views ? j : j - views] != own);
    }
};

// The largest of the 16 lanes of a row.
__device__ __forceinline__ float rowMax(float x) {
#pragma unroll
    for (int d = LANES / 2; d > 0; d >>= 1) x = fmaxf(x, __shfl_xor_sync(FULL, x, d));
    return x;
}

extern "C" __global__ void infoNce(const float* sim, const u32* groups, u32 views, float* losses, float* logSumExp) {
    u32 i = ownRow();
    Row row(i, 2 * views, 2 * views);
    Anchor anchor(groups, views, i);
    auto value = [=](u32 j) {
        float own = sim[row.start + j];
        return anchor.compares(j) ? own : MINUS_INFINITY;
    };
    float max = MINUS_INFINITY;
    row.each<0>([&](u32, u32 j) { max = fmaxf(max, value(j)); });
    max = rowMax(max);
    float sum = 0.0f;
    row.each<0>([&](u32, u32 j) { sum += floatExp(value(j) - max); });
    float total = max + floatLog(rowSum(sum));
    if (row.exists && row.lane == 0) {
        logSumExp[i] = total;
        losses[i] = total - sim[row.start + anchor.positive];
    }
}

// dsim = dLoss factor (softmax over positive and negatives - one-hot positive), 0 for all other columns.
extern "C" __global__ void infoNceBackward(
    const float* sim, const u32* groups, const float* logSumExp, const float* dLoss, float factor, u32 views,
    float* dsim) {
    u32 i = ownRow();
    Row row(i, 2 * views, 2 * views);
    if (!row.exists) return;
    Anchor anchor(groups, views, i);
    float total = logSumExp[i];
    float scale = *dLoss * factor;
    row.each<0>([&](u32, u32 j) {
        float softmax = floatExp(sim[row.start + j] - total);
        float weight = (j == anchor.positive ? softmax - 1.0f : softmax) * scale;
        dsim[row.start + j] = anchor.compares(j) ? weight : 0.0f;
    });
}
