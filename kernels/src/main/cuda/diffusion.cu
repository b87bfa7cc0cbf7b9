// Gaussian diffusion over rows: the forward noising, and the guided reverse chain as one launch.
//
// The chain x <- coef1 ((x Wx^T + u) + q_t) + coef2 x + sigma_t z runs T steps on rows that do not depend on one
// another. Launched step by step it would read Wx and move x through global memory T times. Here a block keeps its rows
// of x in shared memory from the first step to the last, draws its noise from Philox itself, and
// - up to 96 columns keeps the whole of Wx^T beside them, read once for all steps (48 KB of static shared memory are
//   all there is on every device): a thread has four columns of one row, one Philox block;
// - beyond, streams Wx from the second-level cache through tiles of 8 x 256, once a step for 8 rows.
// Products are added up in the order of the columns and the noise has the CPU's bits, so x has them too.
#include "chain.cuh"

// out = signalScale[row] x0 + noiseScale[row] noise, the products rounded before their sum.
extern "C" __global__ void qSample(
    const float* x0, const float* noise, const float* signalScale, const float* noiseScale, u32 width, u32 n,
    float* out) {
    stream(n, aligned(x0, noise, out) && width % 4 == 0, [=](auto at) {
        float signal = signalScale[at.i / width], sigma = noiseScale[at.i / width];
        auto sum = [=](float x, float z) { return __fadd_rn(__fmul_rn(signal, x), __fmul_rn(sigma, z)); };
        store(out, at, map(sum, load(x0, at), load(noise, at)));
    });
}

// dx0 = signalScale[row] dout.
extern "C" __global__ void qSampleBackward(
    const float* dout, const float* signalScale, u32 width, u32 n, float* dx0) {
    stream(n, aligned(dout, dx0) && width % 4 == 0, [=](auto at) {
        float signal = signalScale[at.i / width];
        store(dx0, at, map([=](float d) { return signal * d; }, load(dout, at)));
    });
}

// What all rows of a chain have in common. Step t has the coefficients 3 t to 3 t + 2 and the noise key keys[t].
struct Chain {
    const float* wx;
    const float* conditionTerm;
    const float* stepTerms;
    const float* coefficients;
    const uint4* keys;
    Key start;
    u32 rows, width, steps, stop;

    __device__ __forceinline__ float4 quad(const float* matrix, u32 row, u32 column, bool wide) const {
        return quadWithin(matrix, row, column, width, wide);
    }

    __device__ __forceinline__ float4 normals(Key key, u32 row, u32 column) const {
        return normalsWithin(key, row, column, width);
    }

    // The next x of four columns of which product = x Wx^T.
    __device__ __forceinline__ float4 next(u32 t, u32 row, u32 column, float4 product, float4 u, float4 q, float4 x)
        const {
        float coef1 = coefficients[3 * t], coef2 = coefficients[3 * t + 1], sigma = coefficients[3 * t + 2];
        auto mean = [=](float p, float u, float q, float x) { return fmaf(coef1, (p + u) + q, coef2 * x); };
        float4 y = map(mean, product, u, q, x);
        if (t == 0) return y;
        float4 z = normals(keyOf(keys[t]), row, column);
        return map([=](float y, float z) { return fmaf(sigma, z, y); }, y, z);
    }
};

// sum += x w, one k of the product for four columns.
__device__ __forceinline__ void multiply(float x, float4 w, float4& sum) {
    sum.x = fmaf(x, w.x, sum.x);
    sum.y = fmaf(x, w.y, sum.y);
    sum.z = fmaf(x, w.z, sum.z);
    sum.w = fmaf(x, w.w, sum.w);
}

constexpr u32 CHAIN_THREADS = 128;
constexpr u32 CHAIN_ROWS = 32;

// The chain with Wx^T in shared memory. Rows of x are padded by a quad, so that the two rows of a warp do not meet in a
// bank; two copies of x take turns, so that a step needs one barrier.
template <u32 MOST>
__device__ __forceinline__ void residentChain(const Chain& chain, float* out) {
    constexpr u32 PITCH = MOST + 4;
    __shared__ __align__(16) float w[MOST * PITCH];
    __shared__ __align__(16) float states[2][4 * (CHAIN_THREADS + CHAIN_ROWS)];
    u32 width = chain.width, quads = (width + 3) / 4;
    u32 blockRows = min(CHAIN_ROWS, CHAIN_THREADS / quads);
    u32 own = threadIdx.x / quads, column = threadIdx.x % quads * 4;
    u32 row = blockIdx.x * blockRows + own;
    bool active = own < blockRows, exists = active && row < chain.rows;
    for (u32 k = threadIdx.x; k < 4 * quads * 4 * quads; k += CHAIN_THREADS) {
        u32 to = k / (4 * quads), from = k % (4 * quads);
        w[from * PITCH + to] = to < width && from < width ? chain.wx[to * width + from] : 0.0f;
    }
    bool wideTerms = width % 4 == 0 && aligned(chain.conditionTerm, chain.stepTerms);
    float4 u = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (exists) u = chain.quad(chain.conditionTerm, row, column, wideTerms);
    float4 x = chain.normals(chain.start, row, column);
    u32 place = own * (4 * quads + 4);
    u32 turn = 0;
    for (u32 t = chain.steps; t-- > chain.stop; turn ^= 1) {
        float* state = states[turn];
        if (active) *reinterpret_cast<float4*>(state + place + column) = x;
        __syncthreads();
        if (!active) continue;
        float4 product = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        for (u32 k = 0; k < 4 * quads; k += 4) {
            float4 v = quadAt(state, place + k);
            multiply(v.x, quadAt(w, k * PITCH + column), product);
            multiply(v.y, quadAt(w, (k + 1) * PITCH + column), product);
            multiply(v.z, quadAt(w, (k + 2) * PITCH + column), product);
            multiply(v.w, quadAt(w, (k + 3) * PITCH + column), product);
        }
        x = chain.next(t, row, column, product, u, chain.quad(chain.stepTerms, t, column, wideTerms), x);
    }
    if (exists) storeWithin(out, row, column, width, width % 4 == 0 && aligned(out), x);
}

#define RESIDENT_CHAIN(NAME, MOST)                                                                                    \
    extern "C" __global__ void NAME(                                                                                  \
        const float* wx, const float* conditionTerm, const float* stepTerms, const float* coefficients,               \
        const uint4* keys, Key start, u32 rows, u32 width, u32 steps, u32 stop, float* out) {                         \
        residentChain<MOST>(                                                                                          \
            Chain{wx, conditionTerm, stepTerms, coefficients, keys, start, rows, width, steps, stop}, out);           \
    }

RESIDENT_CHAIN(reverseChain64, 64)
RESIDENT_CHAIN(reverseChain96, 96)

constexpr u32 TILE_K = 8;
constexpr u32 TILE_PITCH = 4 * 64 + 4;
constexpr u32 STATE = 4096;

// tile[k, j] = wx[firstColumn + j, firstK + k], 0 beyond the matrix: 8 x 256 values turned over on their way.
__device__ __forceinline__ void loadTile(const Chain& chain, u32 firstColumn, u32 firstK, float* tile) {
    if (chain.width % 4 == 0 && aligned(chain.wx)) {
#pragma unroll
        for (u32 at = threadIdx.x; at < 2 * THREADS; at += THREADS) {
            u32 j = at / 2, k = at % 2 * 4;
            bool own = firstColumn + j < chain.width && firstK + k < chain.width;
            float4 v = own ? quadAt(chain.wx, (firstColumn + j) * chain.width + firstK + k) : float4{};
            tile[k * TILE_PITCH + j] = v.x;
            tile[(k + 1) * TILE_PITCH + j] = v.y;
            tile[(k + 2) * TILE_PITCH + j] = v.z;
            tile[(k + 3) * TILE_PITCH + j] = v.w;
        }
    } else {
#pragma unroll
        for (u32 at = threadIdx.x; at < TILE_K * THREADS; at += THREADS) {
            u32 j = at / TILE_K, k = at % TILE_K;
            bool own = firstColumn + j < chain.width && firstK + k < chain.width;
            tile[k * TILE_PITCH + j] = own ? chain.wx[(firstColumn + j) * chain.width + firstK + k] : 0.0f;
        }
    }
}

// The chain with Wx streamed. A warp has 128 of 256 columns at a time, of the rows r and r + 4 of the block.
extern "C" __global__ void reverseChainStreamed(
    const float* wx, const float* conditionTerm, const float* stepTerms, const float* coefficients, const uint4* keys,
    Key start, u32 rows, u32 width, u32 steps, u32 stop, u32 blockRows, float* out) {
    __shared__ __align__(16) float tile[TILE_K * TILE_PITCH];
    __shared__ __align__(16) float states[2][STATE];
    Chain chain{wx, conditionTerm, stepTerms, coefficients, keys, start, rows, width, steps, stop};
    // x has whole tiles of columns; those beyond the width are 0.
    u32 pitch = (width + TILE_K - 1) / TILE_K * TILE_K;
    u32 first = blockIdx.x * blockRows;
    for (u32 at = 4 * threadIdx.x; at < blockRows * pitch; at += 4 * THREADS) {
        *reinterpret_cast<float4*>(states[0] + at) = chain.normals(start, first + at / pitch, at % pitch);
    }
    bool wideTerms = width % 4 == 0 && aligned(conditionTerm, stepTerms);
    u32 own = threadIdx.x / 64, lane = threadIdx.x % 64 * 4;
    u32 turn = 0;
    for (u32 t = steps; t-- > stop; turn ^= 1) {
        const float* state = states[turn];
        float* next = states[turn ^ 1];
        for (u32 firstColumn = 0; firstColumn < width; firstColumn += THREADS) {
            float4 products[2] = {};
            for (u32 firstK = 0; firstK < width; firstK += TILE_K) {
                __syncthreads();
                loadTile(chain, firstColumn, firstK, tile);
                __syncthreads();
#pragma unroll
                for (u32 k = 0; k < TILE_K; k += 4) {
#pragma unroll
                    for (u32 r = 0; r < 2; r++) {
                        if (own + 4 * r >= blockRows) continue;
                        float4 v = quadAt(state, (own + 4 * r) * pitch + firstK + k);
                        multiply(v.x, quadAt(tile, k * TILE_PITCH + lane), products[r]);
                        multiply(v.y, quadAt(tile, (k + 1) * TILE_PITCH + lane), products[r]);
                        multiply(v.z, quadAt(tile, (k + 2) * TILE_PITCH + lane), products[r]);
                        multiply(v.w, quadAt(tile, (k + 3) * TILE_PITCH + lane), products[r]);
                    }
                }
            }
            u32 column = firstColumn + lane;
#pragma unroll
            for (u32 r = 0; r < 2; r++) {
                u32 row = first + own + 4 * r, place = (own + 4 * r) * pitch + column;
                if (own + 4 * r >= blockRows || column >= pitch) continue;
                float4 u = row < rows ? chain.quad(conditionTerm, row, column, wideTerms) : float4{};
                float4 q = chain.quad(stepTerms, t, column, wideTerms);
                float4 x = chain.next(t, row, column, products[r], u, q, quadAt(state, place));
                *reinterpret_cast<float4*>(next + place) = x;
            }
        }
    }
    __syncthreads();
    bool wide = width % 4 == 0 && aligned(out);
    for (u32 at = 4 * threadIdx.x; at < blockRows * pitch; at += 4 * THREADS) {
        u32 row = first + at / pitch;
        if (row < rows) storeWithin(out, row, at % pitch, width, wide, quadAt(states[turn], at));
    }
}
