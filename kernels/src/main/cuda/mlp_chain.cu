// The guided reverse chain of a perceptron with one hidden layer, as one launch: for T steps
//
//   p = x W1^T                                             [D -> F]
//   m = fma(1 + w, gelu((p + u) + q_t), -w gelu(p + r_t))
//   x = fma(coef1, m W2^T + b2, coef2 x) + sigma_t z       [F -> D]
//
// A block has up to 8 rows of x and of m in shared memory from the first step to the last. The weights (64 KB at D = 64
// and F = 128) do not fit beside them; they are streamed from the second-level cache by tiles of 2048 values, each
// fetched into registers while the one before is multiplied.
//
// A tile has C output columns, and 2048 / C of k: a thread has one column of C / 32 of the rows, whose values all lanes
// of a warp read at once. One column and many rows ask least of shared memory: four values of the tile and C / 32
// broadcasts for C / 8 multiply-adds. Products are added up in the order of k and the noise has the CPU's bits, so x
// has them too.
#include "chain.cuh"
#include "gelu.cuh"

constexpr u32 ROWS = 8;
constexpr u32 TILE_VALUES = 2048;

template <u32 C>
struct Tile {
    static constexpr u32 DEPTH = TILE_VALUES / C;
    static constexpr u32 QUADS = DEPTH / 4;
    // The lanes of a warp store QUADS quads of 32 / QUADS columns: so that they meet in no bank.
    static constexpr u32 PITCH = C + C / 64;
    // Rows of a thread.
    static constexpr u32 OWN = C / 32;
};

constexpr u32 TILE_SPACE = Tile<64>::DEPTH * Tile<64>::PITCH;
static_assert(TILE_SPACE == Tile<128>::DEPTH * Tile<128>::PITCH, "tiles of 128 columns need the same space");
static_assert(TILE_SPACE == Tile<256>::DEPTH * Tile<256>::PITCH, "tiles of 256 columns need the same space");

// A matrix [outputs x depth] with which rows are multiplied.
struct Weights {
    const float* values;
    u32 outputs, depth;
    bool wide;

    __device__ __forceinline__ Weights(const float* values, u32 outputs, u32 depth)
        : values(values), outputs(outputs), depth(depth), wide(depth % 4 == 0 && aligned(values)) {}
};

// This thread's part of a tile, on its way.
struct Fetched {
    float4 quads[2];
};

template <u32 C>
__device__ __forceinline__ Fetched fetch(const Weights& w, u32 firstColumn, u32 firstK) {
    Fetched fetched;
#pragma unroll
    for (u32 i = 0; i < 2; i++) {
        u32 at = threadIdx.x + i * THREADS;
        u32 column = firstColumn + at / Tile<C>::QUADS, k = firstK + at % Tile<C>::QUADS * 4;
        fetched.quads[i] = column < w.outputs ? quadWithin(w.values, column, k, w.depth, w.wide) : float4{};
    }
    return fetched;
}

// tile[k, column]: turned over.
template <u32 C>
__device__ __forceinline__ void place(const Fetched& fetched, float* tile) {
    constexpr u32 PITCH = Tile<C>::PITCH;
#pragma unroll
    for (u32 i = 0; i < 2; i++) {
        u32 at = threadIdx.x + i * THREADS;
        float* to = tile + at % Tile<C>::QUADS * 4 * PITCH + at / Tile<C>::QUADS;
        to[0] = fetched.quads[i].x;
        to[PITCH] = fetched.quads[i].y;
        to[2 * PITCH] = fetched.quads[i].z;
        to[3 * PITCH] = fetched.quads[i].w;
    }
}

// sums[r] = row of the state times column of w, of the C columns from firstColumn on. `fetched` is the first tile.
template <u32 C>
__device__ __forceinline__ void multiply(
    const Weights& w, u32 firstColumn, const float* state, u32 pitch, u32 lastRow, float* tile, Fetched& fetched,
    float (&sums)[Tile<C>::OWN]) {
    constexpr u32 OWN = Tile<C>::OWN, DEPTH = Tile<C>::DEPTH, PITCH = Tile<C>::PITCH;
    const float* column = tile + threadIdx.x % C;
    const float* rows[OWN];
#pragma unroll
    for (u32 r = 0; r < OWN; r++) {
        sums[r] = 0.0f;
        rows[r] = state + min(threadIdx.x / C * OWN + r, lastRow) * pitch;
    }
    for (u32 firstK = 0; firstK < w.depth; firstK += DEPTH) {
        __syncthreads();
        place<C>(fetched, tile);
        __syncthreads();
        if (firstK + DEPTH < w.depth) fetched = fetch<C>(w, firstColumn, firstK + DEPTH);
#pragma unroll
        for (u32 k = 0; k < DEPTH; k += 4) {
            float a = column[k * PITCH], b = column[(k + 1) * PITCH];
            float c = column[(k + 2) * PITCH], d = column[(k + 3) * PITCH];
#pragma unroll
            for (u32 r = 0; r < OWN; r++) {
                float4 x = quadAt(rows[r], firstK + k);
                sums[r] = fmaf(x.w, d, fmaf(x.z, c, fmaf(x.y, b, fmaf(x.x, a, sums[r]))));
            }
        }
    }
}

// The arguments of a chain. Step t has the coefficients 3 t to 3 t + 2 and the noise key keys[t].
struct MlpChain {
    const float *w1, *conditionTerm, *stepTerms, *nothingTerms, *w2, *b2;
    float present, absent;
    const float* coefficients;
    const uint4* keys;
    Key start;
    u32 rows, width, inner, steps, stop, blockRows;
};

// C1 columns of m and C2 of x at a time. The rows of both are whole tiles; what is beyond their width is 0 throughout.
template <u32 C1, u32 C2, u32 STATE>
__device__ __forceinline__ void mlpChain(const MlpChain& chain, float* out) {
    __shared__ float tile[TILE_SPACE];
    __shared__ __align__(16) float states[STATE];
    u32 width = chain.width, inner = chain.inner, lastRow = chain.blockRows - 1;
    u32 xPitch = (width + Tile<C1>::DEPTH - 1) / Tile<C1>::DEPTH * Tile<C1>::DEPTH;
    u32 mPitch = (inner + Tile<C2>::DEPTH - 1) / Tile<C2>::DEPTH * Tile<C2>::DEPTH;
    float* xs = states;
    float* ms = states + chain.blockRows * xPitch;
    u32 first = blockIdx.x * chain.blockRows;
    for (u32 at = 4 * threadIdx.x; at < chain.blockRows * xPitch; at += 4 * THREADS) {
        float4 x = normalsWithin(chain.start, first + at / xPitch, at % xPitch, width);
        *reinterpret_cast<float4*>(xs + at) = x;
    }
    for (u32 at = threadIdx.x; at < chain.blockRows * (mPitch - inner); at += THREADS) {
        ms[at / (mPitch - inner) * mPitch + inner + at % (mPitch - inner)] = 0.0f;
    }
    Weights w1(chain.w1, inner, width), w2(chain.w2, width, inner);
    Fetched fetched = fetch<C1>(w1, 0, 0);
    for (u32 t = chain.steps; t-- > chain.stop;) {
        for (u32 firstColumn = 0; firstColumn < inner; firstColumn += C1) {
            float sums[Tile<C1>::OWN];
            multiply<C1>(w1, firstColumn, xs, xPitch, lastRow, tile, fetched, sums);
            fetched = firstColumn + C1 < inner ? fetch<C1>(w1, firstColumn + C1, 0) : fetch<C2>(w2, 0, 0);
            u32 column = firstColumn + threadIdx.x % C1;
            if (column >= inner) continue;
            float q = chain.stepTerms[t * inner + column], nothing = chain.nothingTerms[t * inner + column];
#pragma unroll
            for (u32 r = 0; r < Tile<C1>::OWN; r++) {
                u32 own = threadIdx.x / C1 * Tile<C1>::OWN + r, row = first + own;
                if (own > lastRow) continue;
                float u = row < chain.rows ? chain.conditionTerm[row * inner + column] : 0.0f;
                float without = __fmul_rn(chain.absent, geluOf(sums[r] + nothing));
                ms[own * mPitch + column] = fmaf(chain.present, geluOf((sums[r] + u) + q), without);
            }
        }
        float coef1 = chain.coefficients[3 * t], coef2 = chain.coefficients[3 * t + 1];
        for (u32 firstColumn = 0; firstColumn < width; firstColumn += C2) {
            float sums[Tile<C2>::OWN];
            multiply<C2>(w2, firstColumn, ms, mPitch, lastRow, tile, fetched, sums);
            fetched = firstColumn + C2 < width ? fetch<C2>(w2, firstColumn + C2, 0) : fetch<C1>(w1, 0, 0);
            u32 column = firstColumn + threadIdx.x % C2;
            if (column >= width) continue;
            float bias = chain.b2[column];
#pragma unroll
            for (u32 r = 0; r < Tile<C2>::OWN; r++) {
                u32 own = threadIdx.x / C2 * Tile<C2>::OWN + r;
                if (own > lastRow) continue;
                float* x = xs + own * xPitch + column;
                *x = fmaf(coef1, sums[r] + bias, coef2 * *x);
            }
        }
        __syncthreads();
        if (t == 0) break;
        Key key = keyOf(chain.keys[t]);
        float sigma = chain.coefficients[3 * t + 2];
        for (u32 at = 4 * threadIdx.x; at < chain.blockRows * xPitch; at += 4 * THREADS) {
            float4 z = normalsWithin(key, first + at / xPitch, at % xPitch, width);
            auto noisy = [=](float x, float z) { return fmaf(sigma, z, x); };
            *reinterpret_cast<float4*>(xs + at) = map(noisy, quadAt(xs, at), z);
        }
    }
    // Each thread stores the quads to which it added the noise.
    bool wide = width % 4 == 0 && aligned(out);
    for (u32 at = 4 * threadIdx.x; at < chain.blockRows * xPitch; at += 4 * THREADS) {
        u32 row = first + at / xPitch;
        if (row < chain.rows) storeWithin(out, row, at % xPitch, width, wide, quadAt(xs, at));
    }
}

#define MLP_CHAIN(NAME, C1, C2, STATE)                                                                                \
    extern "C" __global__ void NAME(                                                                                  \
        const float* w1, const float* conditionTerm, const float* stepTerms, const float* nothingTerms,               \
        const float* w2, const float* b2, float present, float absent, const float* coefficients, const uint4* keys,  \
        Key start, u32 rows, u32 width, u32 inner, u32 steps, u32 stop, u32 blockRows, float* out) {                  \
        mlpChain<C1, C2, STATE>(                                                                                      \
            MlpChain{w1, conditionTerm, stepTerms, nothingTerms, w2, b2, present, absent, coefficients, keys, start,  \
                rows, width, inner, steps, stop, blockRows},                                                          \
            out);                                                                                                     \
    }

// D up to 64 and F up to 128; up to 128 and 256; any that leave room for a row.
MLP_CHAIN(mlpChain64, 128, 64, ROWS * (64 + 128))
MLP_CHAIN(mlpChain128, 256, 128, ROWS * (128 + 256))
MLP_CHAIN(mlpChainWide, 256, 256, 8192)
