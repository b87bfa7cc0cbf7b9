// Backward of attention: attention.cuh.
#pragma once

#include "attention.cuh"

// dq, and delta = dout . out for each query and head.
template <int P, bool RELATIVE>
__device__ __forceinline__ void attentionBackwardQueries(
        const Attention a, const float* q, const float* k, const float* v, const float* pk, const float* pq,
        const float* out, const float* saved, const float* dout, float* dq, float* delta) {
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
    int at = blockIdx.y * a.rows + task.queryRow + query;
    int seen = a.causal ? task.ahead() + query + 1 : task.keys;
    int end = a.causal ? task.ahead() + task.first + count : task.keys;
    float scale = a.scale * LOG2_E;
    float keptScale = a.keptScale();
    float x[C];
    float dy[C];
    float dx[C];
    loadLane<C, LANES>(a, dx, out + row, place.lane);
    loadLane<C, LANES>(a, dy, dout + row, place.lane);
    loadLane<C, LANES>(a, x, q + row, place.lane);
    float product[1] = {0.0f};
#pragma unroll
    for (int c = 0; c < C; c++) product[0] = fmaf(dx[c], dy[c], product[0]);
    groupSum<1, LANES>(product);
    if (place.writes && place.lane == 0) delta[at] = product[0];
    float logSum = saved[at];
    clear(dx);

#pragma unroll 1
    for (int start = -task.lead(a); start < end; start += TILE) {
        __syncthreads();
        loadKeys<P, RELATIVE>(
                a, task, start, count, k, v, pk, pq, keyTile, valueTile, pkTile, pqTile, keptTile);
        __syncthreads();
        if (!place.busy) continue;
        u32 kept = a.dropout > 0.0f ? keptTile[place.own] : FULL;
#pragma unroll 1
        for (int t = 0; t << place.shift < TILE && start + (t << place.shift) < end; t += BACKWARD_CHUNK) {
            float score[BACKWARD_CHUNK];
            float dp[BACKWARD_CHUNK];
#pragma unroll
            for (int u = 0; u < BACKWARD_CHUNK; u++) {
                int j = place.phase + ((t + u) << place.shift);
                const float* key = keyTile + j * STRIDE + 4 * place.lane;
                score[u] = addDot<C, LANES>(0.0f, x, key);
                dp[u] = addDot<C, LANES>(0.0f, dy, valueTile + j * STRIDE + 4 * place.lane);
                if (RELATIVE) {
                    int r = (place.own + TILE - 1 - j) * STRIDE + 4 * place.lane;
                    score[u] = addDot<C, LANES>(score[u], x, pkTile + r);
                    score[u] = addDot<C, LANES>(score[u], key, pqTile + r);
                }
            }
            groupSum<BACKWARD_CHUNK, LANES>(score);
            groupSum<BACKWARD_CHUNK, LANES>(dp);
#pragma unroll
            for (int u = 0; u < BACKWARD_CHUNK; u++) {
                int j = place.phase + ((t + u) << place.shift);
                bool sees = start + j >= 0 && start + j < seen;
                float p = sees ? exp2Fast(fmaf(score[u], scale, -logSum)) : 0.0f;
                float ds = p * ((kept >> j & 1 ? dp[u] * keptScale : 0.0f) - product[0]);
                addScaled<C, LANES>(dx, ds, keyTile + j * STRIDE + 4 * place.lane);
                if (RELATIVE) {
                    addScaled<C, LANES>(dx, ds, pkTile + (place.own + TILE - 1 - j) * STRIDE + 4 * place.lane);
                }
            }
        }
    }
    if (!place.busy) return;
    phaseSum<C, LANES>(dx, place.shift);
    if (place.writes) storeLane<C, LANES>(a, dx, a.scale, dq + row, place.lane);
}

// dk and dv.
template <int P, bool RELATIVE>
__device__ __forceinline__ void attentionBackwardKeys(
        const Attention a, const float* q, const float* k, const float* v, const float* pk, const float* pq,
        const float* saved, const float* delta, const float* dout, float* dk, float* dv) {
    using S = Geometry<P, RELATIVE>;
    constexpr int C = S::COLUMNS, LANES = S::LANES, STRIDE = S::STRIDE, TILE = S::TILE;
    constexpr int WORDS = (S::GROUPS + 31) / 32;
    __shared__ __align__(16) float queryTile[TILE * STRIDE];
    __shared__ __align__(16) float doutTile[TILE * STRIDE];
    __shared__ __align__(16) float pkTile[RELATIVE ? S::POSITIONS * STRIDE : 4];
    __shared__ __align__(16) float pqTile[RELATIVE ? S::POSITIONS * STRIDE : 4];
    __shared__ u32 keptTile[TILE * WORDS];
    __shared__ float logSumTile[TILE];
    __shared__ float deltaTile[TILE];

    Task task(a, blockIdx.x, blockIdx.y);
    int first = task.first - task.lead(a);
    if (first >= task.keys) return;
    int count = min(S::GROUPS, task.keys - first);
    Place<P, RELATIVE> place(count);
    int key = first + place.own;
    int row = (task.keyRow + ::max(key, 0)) * a.width + a.column();
    // The first query that sees this key.
    int from = a.causal ? key - task.ahead() : 0;
    float scale = a.scale * LOG2_E;
    float keptScale = a.keptScale();
    float x[C];
    float y[C];
    float dx[C];
    float dy[C];
    loadLane<C, LANES>(a, x, k + row, place.lane);
    loadLane<C, LANES>(a, y, v + row, place.lane);
    clear(dx);
    clear(dy);

#pragma unroll 1
    for (int start = a.causal ? ::max(0, first - task.ahead()) : 0; start < task.queries; start += TILE) {
        __syncthreads();
        int begin = task.queryRow + start;
        int end = task.queryRow + task.queries;
        loadRows<P, STRIDE>(a, queryTile, TILE, q + a.column(), begin, begin, end);
        loadRows<P, STRIDE>(a, doutTile, TILE, dout + a.column(), begin, begin, end);
        if (RELATIVE) {
            int r = a.span + start - (first + count - 1);
            loadRows<P, STRIDE>(a, pkTile, TILE + count - 1, pk + a.column(), r, 0, 2 * a.span);
            loadRows<P, STRIDE>(a, pqTile, TILE + count - 1, pq + a.column(), r, 0, 2 * a.span);
        }
        if (threadIdx.x < TILE) {
            bool there = begin + (int)threadIdx.x < end;
            int at = blockIdx.y * a.rows + begin + threadIdx.x;
            logSumTile[threadIdx.x] = there ? saved[at] : 0.0f;
            deltaTile[threadIdx.x] = there ? delta[at] : 0.0f;
        }
        if (a.dropout > 0.0f) {
            int rows = min(TILE, task.queries - start);
            drawKept<S::GROUPS>(a, keptTile, rows, count, task.coordinate + start, task.unit + first);
        }
        __syncthreads();
        if (!place.busy) continue;
#pragma unroll 1
        for (int t = 0; t << place.shift < TILE && start + (t << place.shift) < task.queries; t += BACKWARD_CHUNK) {
            float score[BACKWARD_CHUNK];
            float dp[BACKWARD_CHUNK];
#pragma unroll
            for (int u = 0; u < BACKWARD_CHUNK; u++) {
                int i = place.phase + ((t + u) << place.shift);
                const float* query = queryTile + i * STRIDE + 4 * place.lane;
                score[u] = addDot<C, LANES>(0.0f, x, query);
                dp[u] = addDot<C, LANES>(0.0f, y, doutTile + i * STRIDE + 4 * place.lane);
                if (RELATIVE) {
                    int r = (i + count - 1 - place.own) * STRIDE + 4 * place.lane;
                    score[u] = addDot<C, LANES>(score[u], query, pkTile + r);
                    score[u] = addDot<C, LANES>(score[u], x, pqTile + r);
                }
            }
            groupSum<BACKWARD_CHUNK, LANES>(score);
            groupSum<BACKWARD_CHUNK, LANES>(dp);
#pragma unroll
            for (int u = 0; u < BACKWARD_CHUNK; u++) {
                int i = place.phase + ((t + u) << place.shift);
                bool sees = start + i >= from && start + i < task.queries;
                float p = sees ? exp2Fast(fmaf(score[u], scale, -logSumTile[i])) : 0.0f;
                bool kept = true;
                if (sees && a.dropout > 0.0f) {
                    kept = keptTile[i * WORDS + (place.own >> 5)] >> (place.own & 31) & 1;
                }
                float factor = kept ? keptScale : 0.0f;
                addScaled<C, LANES>(dy, p * factor, doutTile + i * STRIDE + 4 * place.lane);
                float ds = p * (dp[u] * factor - deltaTile[i]);
                addScaled<C, LANES>(dx, ds, queryTile + i * STRIDE + 4 * place.lane);
                if (RELATIVE) {
                    addScaled<C, LANES>(dx, ds, pqTile + (i + count - 1 - place.own) * STRIDE + 4 * place.lane);
                }
            }
        }
    }
    if (!place.busy) return;
    phaseSum<C, LANES>(dx, place.shift);
    phaseSum<C, LANES>(dy, place.shift);
    if (place.writes && key >= 0) {
        storeLane<C, LANES>(a, dx, a.scale, dk + row, place.lane);
        storeLane<C, LANES>(a, dy, 1.0f, dv + row, place.lane);
    }
}
