// Ragged multi-head attention in float32, with or without relative positions. attention.cu and relative_attention.cu
// make kernels of these templates, one for each head width P, which is the real one, d, rounded up.
//
// No score is ever written to memory. Forward goes over the keys in tiles, keeps a running maximum and sum for each
// query (Milakov and Gimelshein 2018; Dao et al. 2022), and leaves one number a query and head: the logarithm of the
// sum, to base 2. Backward computes the probabilities again from it, once over the queries for dq and once over the
// keys for dk and dv, so that nothing is added by two blocks.
//
// Threads. A block of 128 serves one head of one tile of queries of one sequence (of keys, for dk and dv). LANES
// threads form a group and share the columns of the head, in quads: quad number t of lane g is quad g + LANES t of the
// row, so that a group reads neighbours. A query belongs to one group, or to 2^shift groups if the tile has few
// queries; these then take every 2^shift-th key, and at the end add up what they have. Rows of the other side stand in
// shared memory, padded so that groups which read different rows read different banks.
//
// Dropout. The word of a query and a key is at unit head * maxLength + position of the key; one Philox block holds the
// words of four keys. Key tiles begin where a block begins, up to three keys before the first one.
#pragma once

#include "common.cuh"

constexpr int THREADS = 128;
constexpr int WARP = 32;

// Keys whose scores a group computes side by side, and queries (keys) in backward, which holds more rows in registers.
constexpr int CHUNK = 4;
constexpr int BACKWARD_CHUNK = 2;

// Score of a key that is not seen; also less than any real maximum, and finite, so that differences are.
constexpr float NONE = -1e30f;

constexpr float LOG2_E = 1.44269504088896f;

template <int P, bool RELATIVE>
struct Geometry {
    static constexpr int COLUMNS = P < 16 ? P : 16;
    static constexpr int LANES = P / COLUMNS;
    static constexpr int GROUPS = THREADS / LANES;
    static constexpr int STRIDE = P == 128 ? P : P + 4 * LANES;
    // Rows of the other side in shared memory; fewer beside the rows of two position tables.
    static constexpr int TILE = RELATIVE ? 16 : 32;
    // Rows of a position table that a tile needs.
    static constexpr int POSITIONS = TILE + GROUPS - 1;
};

// What all kernels are told.
struct Attention {
    const int4* tasks;
    int width;      // D
    int d;          // columns of a head
    int maxLength;
    int rows;       // of the queries
    int span;       // half the rows of the position tables
    bool causal;
    bool vector;    // whether rows may be read and written in quads
    float scale;
    float dropout;
    u32 k0, k1, stream, step;

    __device__ __forceinline__ int column() const {
        return blockIdx.y * d;
    }

    __device__ __forceinline__ float keptScale() const {
        return 1.0f / (1.0f - dropout);
    }
};

#define READ const float* __restrict__
#define WRITTEN float* __restrict__
#define ATTENTION_PARAMETERS                                                                                           \
    const int4 *__restrict__ tasks, int width, int d, int maxLength, int rows, int span, int causal, int vector,       \
            float scale, float dropout, u32 k0, u32 k1, u32 stream, u32 step
#define ATTENTION                                                                                                      \
    Attention { tasks, width, d, maxLength, rows, span, causal != 0, vector != 0, scale, dropout, k0, k1, stream, step }

// A sequence, and where in it the block begins.
struct Task {
    int queryRow;    // row of its first query
    int queries;     // m
    int keyRow;      // row of its first key
    int keys;        // n
    int first;       // index of the tile's first query or key
    int coordinate;  // of its first query
    int unit;        // of its first key, for this head

    __device__ __forceinline__ Task(const Attention& a, int index, int head) {
        int4 rows = a.tasks[2 * index];
        int4 rest = a.tasks[2 * index + 1];
        queryRow = rows.x;
        queries = rows.y;
        keyRow = rows.z;
        keys = rows.w;
        first = rest.x;
        coordinate = rest.y;
        unit = head * a.maxLength + rest.z;
    }

    // How many keys, less one, a query sees beyond its own index when the mask is causal.
    __device__ __forceinline__ int ahead() const {
        return keys - queries;
    }

    // Keys from the start of a Philox block to the first.
    __device__ __forceinline__ int lead(const Attention& a) const {
        return a.dropout > 0.0f ? unit & 3 : 0;
    }
};

// The place of a thread in a block that serves `count` queries (or keys).
template <int P, bool RELATIVE>
struct Place {
    int lane;   // in the group
    int shift;  // 2^shift groups serve one query
    int phase;  // which of these
    int own;    // query of the group; the last one, again, where there is none
    bool busy;  // whether any group of the warp has a query
    bool writes;

    __device__ __forceinline__ Place(int count) {
        using S = Geometry<P, RELATIVE>;
        lane = threadIdx.x % S::LANES;
        shift = 0;
#pragma unroll
        for (int s = 1; CHUNK << s <= S::TILE && S::LANES << s <= WARP; s++) {
            if (count << s <= S::GROUPS) shift = s;
        }
        int group = threadIdx.x / S::LANES;
        phase = group & ((1 << shift) - 1);
        busy = (int)(threadIdx.x & ~(WARP - 1)) / S::LANES >> shift < count;
        writes = (group >> shift) < count && phase == 0;
        own = min(group >> shift, count - 1);
    }
};

__device__ __forceinline__ float exp2Fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

__device__ __forceinline__ float log2Fast(float x) {
    float y;
    asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

// Puts rows `first` to `first + count` of x into shared memory; rows before `low` and from `high` on and columns that
// the head does not have are 0. x begins at the head's first column.
template <int P, int STRIDE>
__device__ __forceinline__ void loadRows(
        const Attention& a, float* tile, int count, const float* x, int first, int low, int high) {
    if (a.vector) {
#pragma unroll 2
        for (int i = threadIdx.x; i < count * (P / 4); i += THREADS) {
            int r = i / (P / 4);
            int c = i % (P / 4) * 4;
            float4 value = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
            if (first + r >= low && first + r < high && c < a.d) {
                value = *(const float4*)(x + (first + r) * a.width + c);
            }
            *(float4*)(tile + r * STRIDE + c) = value;
        }
    } else {
#pragma unroll 1
        for (int i = threadIdx.x; i < count * P; i += THREADS) {
            int r = i / P;
            int c = i % P;
            bool there = first + r >= low && first + r < high && c < a.d;
            tile[r * STRIDE + c] = there ? x[(first + r) * a.width + c] : 0.0f;
        }
    }
}

// A lane's columns of a row that begins at the head's first column.
template <int C, int LANES>
__device__ __forceinline__ void loadLane(const Attention& a, float (&x)[C], const float* row, int lane) {
    if (a.vector) {
#pragma unroll
        for (int t = 0; t < C / 4; t++) {
            int c = 4 * (lane + LANES * t);
            float4 value = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
            if (c < a.d) value = *(const float4*)(row + c);
            x[4 * t] = value.x;
            x[4 * t + 1] = value.y;
            x[4 * t + 2] = value.z;
            x[4 * t + 3] = value.w;
        }
    } else {
#pragma unroll
        for (int i = 0; i < C; i++) {
            int c = 4 * (lane + LANES * (i / 4)) + i % 4;
            x[i] = c < a.d ? row[c] : 0.0f;
        }
    }
}

// A store of a quad that stays one: the compiler parts some of them.
__device__ __forceinline__ void storeQuad(float* target, float x, float y, float z, float w) {
    asm volatile("st.global.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(target)), "f"(x), "f"(y),
                 "f"(z), "f"(w)
                 : "memory");
}

// Writes factor x into a row.
template <int C, int LANES>
__device__ __forceinline__ void storeLane(const Attention& a, const float (&x)[C], float factor, float* row, int lane) {
    if (a.vector) {
#pragma unroll
        for (int t = 0; t < C / 4; t++) {
            int c = 4 * (lane + LANES * t);
            if (c < a.d) {
                const float* quad = x + 4 * t;
                storeQuad(row + c, factor * quad[0], factor * quad[1], factor * quad[2], factor * quad[3]);
            }
        }
    } else {
#pragma unroll
        for (int i = 0; i < C; i++) {
            int c = 4 * (lane + LANES * (i / 4)) + i % 4;
            if (c < a.d) row[c] = factor * x[i];
        }
    }
}

template <int C>
__device__ __forceinline__ void clear(float (&x)[C]) {
#pragma unroll
    for (int c = 0; c < C; c++) x[c] = 0.0f;
}

// sum + x . row over a lane's columns; row points to the lane's first quad.
template <int C, int LANES>
__device__ __forceinline__ float addDot(float sum, const float (&x)[C], const float* row) {
#pragma unroll
    for (int t = 0; t < C / 4; t++) {
        float4 y = *(const float4*)(row + 4 * LANES * t);
        sum = fmaf(x[4 * t], y.x, sum);
        sum = fmaf(x[4 * t + 1], y.y, sum);
        sum = fmaf(x[4 * t + 2], y.z, sum);
        sum = fmaf(x[4 * t + 3], y.w, sum);
    }
    return sum;
}

// sum + x . row of two rows in shared memory.
template <int C, int LANES>
__device__ __forceinline__ float addDot(float sum, const float* x, const float* row) {
#pragma unroll
    for (int t = 0; t < C / 4; t++) {
        float4 u = *(const float4*)(x + 4 * LANES * t);
        float4 y = *(const float4*)(row + 4 * LANES * t);
        sum = fmaf(u.x, y.x, sum);
        sum = fmaf(u.y, y.y, sum);
        sum = fmaf(u.z, y.z, sum);
        sum = fmaf(u.w, y.w, sum);
    }
    return sum;
}

// x += factor row.
template <int C, int LANES>
__device__ __forceinline__ void addScaled(float (&x)[C], float factor, const float* row) {
#pragma unroll
    for (int t = 0; t < C / 4; t++) {
        float4 y = *(const float4*)(row + 4 * LANES * t);
        x[4 * t] = fmaf(factor, y.x, x[4 * t]);
        x[4 * t + 1] = fmaf(factor, y.y, x[4 * t + 1]);
        x[4 * t + 2] = fmaf(factor, y.z, x[4 * t + 2]);
        x[4 * t + 3] = fmaf(factor, y.w, x[4 * t + 3]);
    }
}

// Sums of each of the values over the lanes of a group, in all of its lanes.
template <int N, int LANES>
__device__ __forceinline__ void groupSum(float (&x)[N]) {
#pragma unroll
    for (int o = 1; o < LANES; o <<= 1) {
#pragma unroll
        for (int i = 0; i < N; i++) x[i] += __shfl_xor_sync(FULL, x[i], o);
    }
}

// Sums over the groups that serve one query.
template <int C, int LANES>
__device__ __forceinline__ void phaseSum(float (&x)[C], int shift) {
#pragma unroll 1
    for (int o = LANES; o < LANES << shift; o <<= 1) {
#pragma unroll
        for (int c = 0; c < C; c++) x[c] += __shfl_xor_sync(FULL, x[c], o);
    }
}

// Which weights dropout keeps: bit j mod 32 of word j / 32 of a row for its key j, for the first `keys` of the KEYS
// keys a row. `unit` is that of key 0 and a multiple of 4. Eight lanes draw a word, a Philox block each.
template <int KEYS>
__device__ __forceinline__ void drawKept(const Attention& a, u32* kept, int rows, int keys, int coordinate, int unit) {
    constexpr int LANES = KEYS < 32 ? KEYS / 4 : 8;
    constexpr int WORDS = (KEYS + 31) / 32;
    int lane = threadIdx.x % WARP;
#pragma unroll 1
    for (int word = 0; 32 * word < keys; word++) {
#pragma unroll 1
        for (int i = threadIdx.x - lane; i < rows * LANES; i += THREADS) {
            int row = (i + lane) / LANES;
            int quad = lane % LANES;
            uint4 words = philox(
                    (u32)(unit / 4 + 8 * word + quad), (u32)(coordinate + row), a.stream, a.step, a.k0, a.k1);
            u32 bits = (uniform(words.x) < a.dropout ? 0u : 1u) | (uniform(words.y) < a.dropout ? 0u : 2u)
                    | (uniform(words.z) < a.dropout ? 0u : 4u) | (uniform(words.w) < a.dropout ? 0u : 8u);
            bits <<= 4 * quad;
#pragma unroll
            for (int o = 1; o < LANES; o <<= 1) bits |= __shfl_xor_sync(FULL, bits, o);
            if (quad == 0 && row < rows) kept[row * WORDS + word] = bits;
        }
    }
}

// For `count` queries: TILE keys and values from key `start` on, the rows of the position tables that they meet, and
// which weights dropout keeps.
template <int P, bool RELATIVE>
__device__ __forceinline__ void loadKeys(
        const Attention& a, const Task& task, int start, int count, const float* k, const float* v, const float* pk,
        const float* pq, float* keyTile, float* valueTile, float* pkTile, float* pqTile, u32* keptTile) {
    constexpr int TILE = Geometry<P, RELATIVE>::TILE, STRIDE = Geometry<P, RELATIVE>::STRIDE;
    int first = task.keyRow + start;
    int end = task.keyRow + task.keys;
    loadRows<P, STRIDE>(a, keyTile, TILE, k + a.column(), first, task.keyRow, end);
    loadRows<P, STRIDE>(a, valueTile, TILE, v + a.column(), first, task.keyRow, end);
    if (RELATIVE) {
        int r = a.span + task.first - (start + TILE - 1);
        loadRows<P, STRIDE>(a, pkTile, TILE + count - 1, pk + a.column(), r, 0, 2 * a.span);
        loadRows<P, STRIDE>(a, pqTile, TILE + count - 1, pq + a.column(), r, 0, 2 * a.span);
    }
    if (a.dropout > 0.0f) {
        drawKept<TILE>(a, keptTile, count, TILE, task.coordinate + task.first, task.unit + start);
    }
}
