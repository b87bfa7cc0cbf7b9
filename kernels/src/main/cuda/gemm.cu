// C = alpha op(A) op(B) + beta C in float32.
//
// A block of 128 threads computes a tile of C, 8 TM rows by 64 columns, TM by 4 values a thread: TM is 8, or 1 for
// products of few rows, where a tall tile would mostly compute rows that are not there. It walks over k in steps of 16
// with the strips of op(A) and op(B) in shared memory, k-major, twice: one pair is computed on while the next is on its
// way through registers. Threads of a warp stand 4 rows by 8 columns, so that a step of k reads 4 TM + 32 different
// words.
//
// Every value adds over k in order, one fused multiply-add each, from 0: the bits of the CPU. A long k with few tiles
// is cut into parts (blockIdx.x mod parts), each into a matrix of its own, and gemm_add adds them in order.
#include "common.cuh"

constexpr int THREADS = 128;
constexpr int STEP = 16;
constexpr int COLUMNS = 64;

// Bits of `vectors`: which operands may be read and written four values at once.
constexpr int VECTOR_A = 1;
constexpr int VECTOR_B = 2;
constexpr int VECTOR_C = 4;

// A strip of ROWS rows (or columns) and 16 steps of k, k-major. Each step is 4 values longer than it must be and each
// fourth one 8 more: stores of a quad along k, 8 rows by 4 quads a warp, then fall into 32 banks, and quads stay
// aligned.
template <int ROWS>
struct Strip {
    static constexpr int SIZE = STEP * (ROWS + 4) + (STEP / 4) * 8;
    // Values that a thread carries from memory to the strip; a strip of 8 rows is carried by a quarter of the threads.
    static constexpr int CARRIED = ROWS / 8 < 4 ? 4 : ROWS / 8;

    static __device__ __forceinline__ int at(int k) {
        return k * (ROWS + 4) + (k >> 2) * 8;
    }
};

// Rows `row` to `rows` and steps `k` to `end` of an operand; ACROSS if its steps of k stand next to each other in
// memory, else its rows do. What is outside is 0.
template <int ROWS, bool ACROSS>
__device__ __forceinline__ void fetch(
        float (&carried)[Strip<ROWS>::CARRIED], const float* x, int stride, int row, int rows, int k, int end,
        bool vector) {
    if (vector) {
#pragma unroll
        for (int i = 0; i < Strip<ROWS>::CARRIED / 4; i++) {
            int quad = threadIdx.x + i * THREADS;
            int r = ACROSS ? quad >> 2 : quad % (ROWS / 4) * 4;
            int s = ACROSS ? (quad & 3) * 4 : quad / (ROWS / 4);
            float4 value = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
            if (r < ROWS && s < STEP && row + r < rows && k + s < end) {
                value = *(const float4*)(x + (ACROSS ? (row + r) * stride + k + s : (k + s) * stride + row + r));
            }
            carried[4 * i] = value.x;
            carried[4 * i + 1] = value.y;
            carried[4 * i + 2] = value.z;
            carried[4 * i + 3] = value.w;
        }
    } else {
#pragma unroll
        for (int i = 0; i < ROWS / 8; i++) {
            int index = threadIdx.x + i * THREADS;
            int r = ACROSS ? index / STEP : index % ROWS;
            int s = ACROSS ? index % STEP : index / ROWS;
            carried[i] = 0.0f;
            if (row + r < rows && k + s < end) {
                carried[i] = x[ACROSS ? (row + r) * stride + k + s : (k + s) * stride + row + r];
            }
        }
    }
}

// Puts what fetch has carried into the strip.
template <int ROWS, bool ACROSS>
__device__ __forceinline__ void stash(float (&carried)[Strip<ROWS>::CARRIED], float* strip, bool vector) {
    if (vector) {
#pragma unroll
        for (int i = 0; i < Strip<ROWS>::CARRIED / 4; i++) {
            int quad = threadIdx.x + i * THREADS;
            int r = ACROSS ? quad >> 2 : quad % (ROWS / 4) * 4;
            int s = ACROSS ? (quad & 3) * 4 : quad / (ROWS / 4);
            if (r < ROWS && s < STEP) {
                if (ACROSS) {
                    float* first = strip + Strip<ROWS>::at(s) + r;
                    first[0] = carried[4 * i];
                    first[ROWS + 4] = carried[4 * i + 1];
                    first[2 * (ROWS + 4)] = carried[4 * i + 2];
                    first[3 * (ROWS + 4)] = carried[4 * i + 3];
                } else {
                    *(float4*)(strip + Strip<ROWS>::at(s) + r) =
                            make_float4(carried[4 * i], carried[4 * i + 1], carried[4 * i + 2], carried[4 * i + 3]);
                }
            }
        }
    } else {
#pragma unroll
        for (int i = 0; i < ROWS / 8; i++) {
            int index = threadIdx.x + i * THREADS;
            int r = ACROSS ? index / STEP : index % ROWS;
            int s = ACROSS ? index % STEP : index / ROWS;
            strip[Strip<ROWS>::at(s) + r] = carried[i];
        }
    }
}

// alpha sum + beta old; with beta = 0 what is there is not read.
__device__ __forceinline__ float combine(float alpha, float sum, float beta, const float* old) {
    return beta == 0.0f ? alpha * sum : fmaf(beta, *old, alpha * sum);
}

// TM consecutive values of a strip.
template <int TM>
__device__ __forceinline__ void column(float (&a)[TM], const float* strip) {
    if (TM % 4 == 0) {
#pragma unroll
        for (int i = 0; i < TM; i += 4) {
            float4 quad = *(const float4*)(strip + i);
            a[i] = quad.x;
            a[(i + 1) % TM] = quad.y;
            a[(i + 2) % TM] = quad.z;
            a[(i + 3) % TM] = quad.w;
        }
    } else {
#pragma unroll
        for (int i = 0; i < TM; i++) a[i] = strip[i];
    }
}

template <bool TA, bool TB, int TM>
__device__ __forceinline__ void gemm(
        int m, int n, int k, int parts, int length, int vectors, float alpha, const float* a, const float* b,
        float beta, float* c) {
    constexpr int ROWS = 8 * TM;
    constexpr int A = Strip<ROWS>::SIZE;
    constexpr int B = Strip<COLUMNS>::SIZE;
    // Two pairs of strips; at the end the tile itself, where C must be written value by value.
    constexpr int TILE = COLUMNS + 4;
    __shared__ __align__(16) float memory[2 * (A + B) > ROWS * TILE ? 2 * (A + B) : ROWS * TILE];

    int warp = threadIdx.x >> 5;
    int lane = threadIdx.x & 31;
    int tx = (warp & 1) * 8 + (lane & 7);
    int ty = (warp >> 1) * 4 + (lane >> 3);
    int part = blockIdx.x % parts;
    int row = blockIdx.x / parts * ROWS;
    int col = blockIdx.y * COLUMNS;
    int from = part * length;
    int to = min(k, from + length);
    int lda = TA ? m : k;
    int ldb = TB ? k : n;
    bool vectorA = vectors & VECTOR_A;
    bool vectorB = vectors & VECTOR_B;

    float sum[TM][4];
#pragma unroll
    for (int i = 0; i < TM; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) sum[i][j] = 0.0f;
    }
    float nextA[Strip<ROWS>::CARRIED];
    float nextB[Strip<COLUMNS>::CARRIED];
    float* strips = memory;
    fetch<ROWS, !TA>(nextA, a, lda, row, m, from, to, vectorA);
    fetch<COLUMNS, TB>(nextB, b, ldb, col, n, from, to, vectorB);
    stash<ROWS, !TA>(nextA, strips, vectorA);
    stash<COLUMNS, TB>(nextB, strips + A, vectorB);
    __syncthreads();
    for (int at = from; at < to; at += STEP) {
        bool more = at + STEP < to;
        if (more) {
            fetch<ROWS, !TA>(nextA, a, lda, row, m, at + STEP, to, vectorA);
            fetch<COLUMNS, TB>(nextB, b, ldb, col, n, at + STEP, to, vectorB);
        }
#pragma unroll
        for (int s = 0; s < STEP; s++) {
            float x[TM];
            column<TM>(x, strips + Strip<ROWS>::at(s) + ty * TM);
            float4 y = *(const float4*)(strips + A + Strip<COLUMNS>::at(s) + tx * 4);
#pragma unroll
            for (int i = 0; i < TM; i++) {
                sum[i][0] = fmaf(x[i], y.x, sum[i][0]);
                sum[i][1] = fmaf(x[i], y.y, sum[i][1]);
                sum[i][2] = fmaf(x[i], y.z, sum[i][2]);
                sum[i][3] = fmaf(x[i], y.w, sum[i][3]);
            }
        }
        if (more) {
            strips = memory + (A + B) - (strips - memory);
            stash<ROWS, !TA>(nextA, strips, vectorA);
            stash<COLUMNS, TB>(nextB, strips + A, vectorB);
        }
        __syncthreads();
    }

    c += (size_t)part * m * n;
    if (vectors & VECTOR_C) {
        int j = col + tx * 4;
#pragma unroll
        for (int i = 0; i < TM; i++) {
            int r = row + ty * TM + i;
            if (r < m && j < n) {
                float* target = c + r * n + j;
                float4 old = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
                if (beta != 0.0f) old = *(const float4*)target;
                *(float4*)target = make_float4(
                        combine(alpha, sum[i][0], beta, &old.x), combine(alpha, sum[i][1], beta, &old.y),
                        combine(alpha, sum[i][2], beta, &old.z), combine(alpha, sum[i][3], beta, &old.w));
            }
        }
    } else {
        // Rows that start anywhere: by way of shared memory, so that a warp writes neighbours.
#pragma unroll
        for (int i = 0; i < TM; i++) {
            *(float4*)(memory + (ty * TM + i) * TILE + tx * 4) =
                    make_float4(sum[i][0], sum[i][1], sum[i][2], sum[i][3]);
        }
        __syncthreads();
#pragma unroll 4
        for (int i = threadIdx.x; i < ROWS * COLUMNS; i += THREADS) {
            int r = i / COLUMNS;
            int j = i % COLUMNS;
            if (row + r < m && col + j < n) {
                float* target = c + (row + r) * n + col + j;
                *target = combine(alpha, memory[r * TILE + j], beta, target);
            }
        }
    }
}

// m, n, k; parts of k and the length of each, a multiple of 16; bits of what may be read as vectors. With several parts
// C is [parts x m x n], alpha 1 and beta 0. Launch: grid (ceil(m / rows) parts, ceil(n / 64)), 128 threads.
#define GEMM(NAME, TA, TB, TM)                                                                                         \
    extern "C" __global__ void __launch_bounds__(THREADS) NAME(                                                        \
            int m, int n, int k, int parts, int length, int vectors, float alpha, const float* __restrict__ a,         \
            const float* __restrict__ b, float beta, float* __restrict__ c) {                                          \
        gemm<TA, TB, TM>(m, n, k, parts, length, vectors, alpha, a, b, beta, c);                                       \
    }

GEMM(gemm_nn, false, false, 8)
GEMM(gemm_nt, false, true, 8)
GEMM(gemm_tn, true, false, 8)
GEMM(gemm_tt, true, true, 8)
GEMM(gemm_few_nn, false, false, 1)
GEMM(gemm_few_nt, false, true, 1)
GEMM(gemm_few_tn, true, false, 1)
GEMM(gemm_few_tt, true, true, 1)

// C = alpha (sum over parts, in order) + beta C, one thread a value.
extern "C" __global__ void __launch_bounds__(THREADS) gemm_add(
        int parts, int size, const float* __restrict__ partial, float alpha, float beta, float* __restrict__ c) {
    int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= size) return;
    float sum = partial[i];
#pragma unroll 16
    for (int part = 1; part < parts; part++) sum += partial[(size_t)part * size + i];
    c[i] = combine(alpha, sum, beta, c + i);
}
