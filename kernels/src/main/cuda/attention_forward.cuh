// Forward of attention: attention.cuh.
#pragma once

#include "attention.cuh"

// out and, for each query and head, the logarithm of the sum of its exponentials.
template <int P, bool RELATIVE>
__device__ __forceinline__ void attentionForward(
        const Attention a, const float* q, const float* k, const float* v, const float* pk, const float* pq, float* out,
        float* saved) {
    using S = Geometry<P, RELATIVE>;
    constexpr int C = S::COLUMNS, LANES = S::LANES, STRIDE = S::STRIDE, TILE = S::TILE;
    __shared__ __align__(16) float keyTile[TILE * STRIDE];
    __shared__ __align__(16) float valueTile[TILE * STRIDE];
    __shared__ __align__(16) float pkTile[RELATIVE ? S::POSITIONS * STRIDE : 4];
    __shared__ __align__(16) float pqTile[RELATIVE ? S::POSITIONS * STRIDE : 4];
    __shared__ u32 keptTile[S::GROUPS];

    Task task(a, blockIdx.x, blockIdx.y);
    int count = min(S::GROUPS, task.queries - task.first);
    Place<P, RELATIVE> place(count);
    int query = task.first + place.own;
    int row = (task.queryRow + query) * a.width + a.column();
    int seen = a.causal ? task.ahead() + query + 1 : task.keys;
    int end = a.causal ? task.ahead() + task.first + count : task.keys;
    float scale = a.scale * LOG2_E;
    float x[C];
    float sum[C];
    loadLane<C, LANES>(a, x, q + row, place.lane);
    clear(sum);
    float max = NONE;
    float total = 0.0f;

#pragma unroll 1
    for (int start = -task.lead(a); start < end; start += TILE) {
        __syncthreads();
        loadKeys<P, RELATIVE>(
                a, task, start, count, k, v, pk, pq, keyTile, valueTile, pkTile, pqTile, keptTile);
        __syncthreads();
        if (!place.busy) continue;
        u32 kept = a.dropout > 0.0f ? keptTile[place.own] : FULL;
#pragma unroll 1
        for (int t = 0; t << place.shift < TILE && start + (t << place.shift) < end; t += CHUNK) {
            float score[CHUNK];
#pragma unroll
            for (int u = 0; u < CHUNK; u++) {
                int j = place.phase + ((t + u) << place.shift);
                const float* key = keyTile + j * STRIDE + 4 * place.lane;
                score[u] = addDot<C, LANES>(0.0f, x, key);
                if (RELATIVE) {
                    int r = (place.own + TILE - 1 - j) * STRIDE + 4 * place.lane;
                    score[u] = addDot<C, LANES>(score[u], x, pkTile + r);
                    score[u] = addDot<C, LANES>(score[u], key, pqTile + r);
                }
            }
            groupSum<CHUNK, LANES>(score);
            float top = max;
#pragma unroll
            for (int u = 0; u < CHUNK; u++) {
                int j = start + place.phase + ((t + u) << place.shift);
                score[u] = j >= 0 && j < seen ? score[u] * scale : NONE;
                top = fmaxf(top, score[u]);
            }
            float rescale = exp2Fast(max - top);
            max = top;
            total *= rescale;
#pragma unroll
            for (int c = 0; c < C; c++) sum[c] *= rescale;
#pragma unroll
            for (int u = 0; u < CHUNK; u++) {
                int j = place.phase + ((t + u) << place.shift);
                // Before the first key that is seen weights are 1; its maximum makes what they have added 0.
                float weight = exp2Fast(score[u] - top);
                total += weight;
                weight = kept >> j & 1 ? weight : 0.0f;
                addScaled<C, LANES>(sum, weight, valueTile + j * STRIDE + 4 * place.lane);
            }
        }
    }
    if (!place.busy) return;
#pragma unroll 1
    for (int o = LANES; o < LANES << place.shift; o <<= 1) {
        float max2 = __shfl_xor_sync(FULL, max, o);
        float total2 = __shfl_xor_sync(FULL, total, o);
        float top = fmaxf(max, max2);
        float rescale = exp2Fast(max - top);
        float rescale2 = exp2Fast(max2 - top);
        max = top;
        total = total * rescale + total2 * rescale2;
#pragma unroll
        for (int c = 0; c < C; c++) {
            sum[c] = sum[c] * rescale + __shfl_xor_sync(FULL, sum[c], o) * rescale2;
        }
    }
    if (place.writes) {
        storeLane<C, LANES>(a, sum, a.keptScale() / total, out + row, place.lane);
        if (place.lane == 0) {
            saved[blockIdx.y * a.rows + task.queryRow + query] = max + log2Fast(total);
        }
    }
}
