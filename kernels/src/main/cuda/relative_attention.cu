// Attention whose scores know how far apart query and key stand (DeBERTa; He et al. 2021), forward and backward:
// attention.cuh, with the rows of the position tables that a tile needs in shared memory beside it. Query i and key j
// meet rows r = i - j + span.
//
// The gradients of the tables are sums along diagonals of all sequences. A block of relative_attention_positions serves
// one row r a group, and a run of the sequences: it walks along the diagonals with the queries in tiles, computing
// scores a fourth time rather than writing them down. Its sums go to the tables of its run, which
// relative_attention_add adds in order.
//
// Launch: as in attention.cu; relative_attention_positions: grid (ceil(2 span / groups), heads * runs).
#include "attention_backward.cuh"
#include "attention_forward.cuh"

// Rows of queries in shared memory beside the keys that they meet.
template <int P>
constexpr int DIAGONAL = P == 128 ? 8 : 16;

template <int P>
__device__ __forceinline__ void relativePositions(
        const Attention a, const float* q, const float* k, const float* v, const float* pk, const float* pq,
        const float* saved, const float* delta, const float* dout, int sequences, int runs, float* partial) {
    using S = Geometry<P, true>;
    constexpr int C = S::COLUMNS, LANES = S::LANES, GROUPS = S::GROUPS, STRIDE = S::STRIDE, TILE = DIAGONAL<P>;
    constexpr int KEYS = TILE + GROUPS - 1;
    // Keys whose dropout is drawn: they begin up to three before the first.
    constexpr int DRAWN = (KEYS + 3 + 31) / 32 * 32;
    constexpr int WORDS = DRAWN / 32;
    __shared__ __align__(16) float queryTile[TILE * STRIDE];
    __shared__ __align__(16) float doutTile[TILE * STRIDE];
    __shared__ __align__(16) float keyTile[KEYS * STRIDE];
    __shared__ __align__(16) float valueTile[KEYS * STRIDE];
    __shared__ u32 keptTile[TILE * WORDS];
    __shared__ float logSumTile[TILE];
    __shared__ float deltaTile[TILE];

    int lane = threadIdx.x % LANES;
    int group = threadIdx.x / LANES;
    int head = blockIdx.y / runs;
    int run = blockIdx.y % runs;
    int column = head * a.d;
    int lowest = blockIdx.x * GROUPS - a.span;
    int highest = lowest + GROUPS - 1;
    int r = blockIdx.x * GROUPS + group;
    float scale = a.scale * LOG2_E;
    float keptScale = a.keptScale();
    float x[C];
    float y[C];
    float dx[C];
    float dy[C];
    int row = min(r, 2 * a.span - 1) * a.width + column;
    loadLane<C, LANES>(a, x, pk + row, lane);
    loadLane<C, LANES>(a, y, pq + row, lane);
    clear(dx);
    clear(dy);

    int from = (long long)sequences * run / runs;
    int to = (long long)sequences * (run + 1) / runs;
#pragma unroll 1
    for (int s = from; s < to; s++) {
        Task task(a, s, head);
        int n = task.keys;
        int end = min(n, n + highest);
#pragma unroll 1
        for (int start = max(0, lowest); start < end; start += TILE) {
            // Key of the last group at the tile's first query, and the one from which dropout is drawn.
            int first = start - highest;
            int drawn = a.dropout > 0.0f ? ((task.unit + first) & ~3) - task.unit : first;
            int begin = task.queryRow + start;
            int behind = task.queryRow + n;
            __syncthreads();
            loadRows<P, STRIDE>(a, queryTile, TILE, q + column, begin, begin, behind);
            loadRows<P, STRIDE>(a, doutTile, TILE, dout + column, begin, begin, behind);
            loadRows<P, STRIDE>(a, keyTile, KEYS, k + column, task.keyRow + first, task.keyRow, task.keyRow + n);
            loadRows<P, STRIDE>(a, valueTile, KEYS, v + column, task.keyRow + first, task.keyRow, task.keyRow + n);
            if (threadIdx.x < TILE) {
                bool there = begin + (int)threadIdx.x < behind;
                int at = head * a.rows + begin + threadIdx.x;
                logSumTile[threadIdx.x] = there ? saved[at] : 0.0f;
                deltaTile[threadIdx.x] = there ? delta[at] : 0.0f;
            }
            if (a.dropout > 0.0f) {
                drawKept<DRAWN>(a, keptTile, min(TILE, n - start), DRAWN, task.coordinate + start, task.unit + drawn);
            }
            __syncthreads();
#pragma unroll 1
            for (int t = 0; t < TILE && start + t < end; t += BACKWARD_CHUNK) {
                float score[BACKWARD_CHUNK];
                float dp[BACKWARD_CHUNK];
#pragma unroll
                for (int u = 0; u < BACKWARD_CHUNK; u++) {
                    int i = (t + u) * STRIDE + 4 * lane;
                    int j = (t + u + GROUPS - 1 - group) * STRIDE + 4 * lane;
                    score[u] = addDot<C, LANES>(0.0f, queryTile + i, keyTile + j);
                    score[u] = addDot<C, LANES>(score[u], x, queryTile + i);
                    score[u] = addDot<C, LANES>(score[u], y, keyTile + j);
                    dp[u] = addDot<C, LANES>(0.0f, doutTile + i, valueTile + j);
                }
                groupSum<BACKWARD_CHUNK, LANES>(score);
                groupSum<BACKWARD_CHUNK, LANES>(dp);
#pragma unroll
                for (int u = 0; u < BACKWARD_CHUNK; u++) {
                    int i = t + u;
                    int j = i + GROUPS - 1 - group;
                    bool sees = start + i < n && first + j >= 0 && first + j < n;
                    float p = sees ? exp2Fast(fmaf(score[u], scale, -logSumTile[i])) : 0.0f;
                    int bit = first + j - drawn;
                    bool kept = true;
                    if (sees && a.dropout > 0.0f) kept = keptTile[i * WORDS + (bit >> 5)] >> (bit & 31) & 1;
                    float ds = p * ((kept ? dp[u] * keptScale : 0.0f) - deltaTile[i]);
                    addScaled<C, LANES>(dx, ds, queryTile + i * STRIDE + 4 * lane);
                    addScaled<C, LANES>(dy, ds, keyTile + j * STRIDE + 4 * lane);
                }
            }
        }
    }
    if (r < 2 * a.span) {
        size_t table = (size_t)2 * a.span * a.width;
        float* target = partial + 2 * run * table + row;
        storeLane<C, LANES>(a, dx, a.scale, target, lane);
        storeLane<C, LANES>(a, dy, a.scale, target + table, lane);
    }
}

#define RELATIVE_ATTENTION_KERNELS(P)                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) relative_attention_forward_##P(                           \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ pk, READ pq, WRITTEN out, WRITTEN saved) {              \
        attentionForward<P, true>(ATTENTION, q, k, v, pk, pq, out, saved);                                             \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) relative_attention_backward_queries_##P(                  \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ pk, READ pq, READ out,                                  \
            READ saved, READ dout, WRITTEN dq, WRITTEN delta) {                                                        \
        attentionBackwardQueries<P, true>(ATTENTION, q, k, v, pk, pq, out, saved, dout, dq, delta);                    \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) relative_attention_backward_keys_##P(                     \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ pk, READ pq, READ saved,                                \
            READ delta, READ dout, WRITTEN dk, WRITTEN dv) {                                                           \
        attentionBackwardKeys<P, true>(ATTENTION, q, k, v, pk, pq, saved, delta, dout, dk, dv);                        \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) relative_attention_positions_##P(                         \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ pk, READ pq, READ saved,                                \
            READ delta, READ dout, int sequences, int runs, WRITTEN partial) {                                         \
        relativePositions<P>(ATTENTION, q, k, v, pk, pq, saved, delta, dout, sequences, runs, partial);                \
    }

RELATIVE_ATTENTION_KERNELS(16)
RELATIVE_ATTENTION_KERNELS(32)
RELATIVE_ATTENTION_KERNELS(64)
RELATIVE_ATTENTION_KERNELS(128)

// The gradients of both tables, `size` values each: the sums of the runs' partial ones, in order. One thread a value.
extern "C" __global__ void __launch_bounds__(THREADS) relative_attention_add(
        int runs, int size, const float* __restrict__ partial, float* __restrict__ dpk, float* __restrict__ dpq) {
    int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= 2 * size) return;
    float sum = partial[i];
#pragma unroll 4
    for (int run = 1; run < runs; run++) sum += partial[(size_t)2 * run * size + i];
    if (i < size) {
        dpk[i] = sum;
    } else {
        dpq[i - size] = sum;
    }
}
