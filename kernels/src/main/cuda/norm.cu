// Row-wise normalisation: LayerNorm, alone and at the end of a sub-layer, and division by the Euclidean norm.
//
// Sixteen lanes take a row (rows.cuh); results have the CPU's bits. Each kernel comes in forms for rows of up to 64,
// 128 and 256 values, which stay in registers; the wide form has no limit and reads a row again, from the first-level
// cache.
//
// The gradients of gamma and beta are sums over rows: each block sums its chunk of rows, joinColumns the blocks' sums.
// Their order depends on the sizes alone; it is not the CPU's.
#include "columns.cuh"
#include "rows.cuh"

// out = gamma (x - mean) rstd + beta.
template <int STRIPS>
__device__ __forceinline__ void normalize(
    const Values<STRIPS>& x, const Row& row, u32 i, const float* gamma, const float* beta, float eps, float* out,
    float* mean, float* rstd) {
    float total = 0.0f;
    row.each<STRIPS>([&](u32 k, u32 j) { total += x.at(k, j); });
    float m = rowSum(total) / (float)row.width;
    float squares = 0.0f;
    row.each<STRIPS>([&](u32 k, u32 j) {
        float centred = x.at(k, j) - m;
        squares = fmaf(centred, centred, squares);
    });
    float variance = rowSum(squares) / (float)row.width;
    float r = 1.0f / sqrtf(variance + eps);
    if (row.exists && row.lane == 0) {
        mean[i] = m;
        rstd[i] = r;
    }
    row.each<STRIPS>([&](u32 k, u32 j) { out[row.start + j] = fmaf((x.at(k, j) - m) * r, gamma[j], beta[j]); });
}

template <int STRIPS>
__device__ __forceinline__ void layerNorm(
    const float* x, const float* gamma, const float* beta, float eps, u32 rows, u32 width, float* out, float* mean,
    float* rstd) {
    u32 i = ownRow();
    Row row(i, rows, width);
    normalize(Values<STRIPS>(x, row), row, i, gamma, beta, eps, out, mean, rstd);
}

// A lane's dropout words, 64 columns at a time: each of the 16 lanes computes one Philox block, four words, and every
// lane fetches the words of its own four columns.
struct Words {
    uint4 own;
    u32 lane;

    __device__ __forceinline__ Words(Key key, u32 row, u32 strip, u32 ownLane, bool wanted) : lane(ownLane) {
        u32 block = LANES * strip + lane;
        own = wanted ? philox(block, row, key) : make_uint4(0, 0, 0, 0);
    }

    // The word of column 16 q + lane of the strip.
    __device__ __forceinline__ u32 at(u32 q) const {
        u32 source = 4 * q + lane / 4;
        u32 x = __shfl_sync(FULL, own.x, source, LANES), y = __shfl_sync(FULL, own.y, source, LANES);
        u32 z = __shfl_sync(FULL, own.z, source, LANES), w = __shfl_sync(FULL, own.w, source, LANES);
        u32 even = lane & 2 ? z : x, odd = lane & 2 ? w : y;
        return lane & 1 ? odd : even;
    }
};

// layerNorm of sum = dropout(x + bias) + residual; coordinates is null where nothing is dropped.
template <int STRIPS>
__device__ __forceinline__ void residualNorm(
    const float* x, const float* bias, u32 threshold, float scale, Key key, const u32* coordinates,
    const float* residual, const float* gamma, const float* beta, float eps, u32 rows, u32 width, float* sum,
    float* out, float* mean, float* rstd) {
    u32 i = ownRow();
    Row row(i, rows, width);
    u32 coordinate = coordinates && row.exists ? coordinates[i] : 0;
    Values<STRIPS> values(sum, row, false);
    u32 strips = STRIPS > 0 ? STRIPS : (width + STRIP - 1) / STRIP;
#pragma unroll
    for (u32 s = 0; s < strips; s++) {
        Words words(key, coordinate, s, row.lane, coordinates);
#pragma unroll
        for (u32 q = 0; q < 4; q++) {
            u32 j = STRIP * s + LANES * q + row.lane;
            u32 word = words.at(q);
            if (row.exists && j < width) {
                float value = x[row.start + j] + bias[j];
                if (coordinates) value = keep(value, word, threshold, scale);
                value += residual[row.start + j];
                sum[row.start + j] = value;
                values.set(4 * s + q, value);
            }
        }
    }
    normalize(values, row, i, gamma, beta, eps, out, mean, rstd);
}

// dx = rstd (g - mean(g) - xhat mean(g xhat)) with g = dy gamma and xhat = (x - mean) rstd, for one row.
template <int STRIPS>
__device__ __forceinline__ void rowGradient(
    const Values<STRIPS>& x, const Values<STRIPS>& dy, const Row& row, float m, float r, const float* gamma,
    float* dx) {
    float g = 0.0f, h = 0.0f;
    row.each<STRIPS>([&](u32 k, u32 j) {
        float product = __fmul_rn(dy.at(k, j), gamma[j]);
        g += product;
        h = fmaf(product, (x.at(k, j) - m) * r, h);
    });
    g = rowSum(g) / (float)row.width;
    h = rowSum(h) / (float)row.width;
    row.each<STRIPS>([&](u32 k, u32 j) {
        float centred = __fmul_rn(dy.at(k, j), gamma[j]) - g;
        dx[row.start + j] = r * fmaf((x.at(k, j) - m) * r, -h, centred);
    });
}

constexpr u32 GROUPS = 16;

// A block of 16 groups takes a chunk of rows, a group every sixteenth, and leaves the chunk's share of
// dgamma = sum of dy xhat and dbeta = sum of dy in row blockIdx.x of `partial` and of its second half.
template <int STRIPS>
__device__ __forceinline__ void layerNormBackward(
    const float* x, const float* gamma, const float* mean, const float* rstd, const float* dy, u32 rows, u32 width,
    u32 chunkRows, float* dx, float* partial) {
    // Padded, so that the two groups of a warp write to different banks.
    __shared__ float shares[GROUPS / 2][2][STRIPS * STRIP + LANES];
    float dgamma[4 * STRIPS], dbeta[4 * STRIPS];
#pragma unroll
    for (u32 k = 0; k < 4 * STRIPS; k++) dgamma[k] = dbeta[k] = 0.0f;
    u32 from = blockIdx.x * chunkRows, to = min(rows, from + chunkRows);
    for (u32 first = from; first < to; first += GROUPS) {
        u32 i = first + threadIdx.x / LANES;
        Row row(i, to, width);
        float m = row.exists ? mean[i] : 0.0f, r = row.exists ? rstd[i] : 0.0f;
        Values<STRIPS> xs(x, row), dys(dy, row);
        row.each<STRIPS>([&](u32 k, u32 j) {
            dgamma[k] = fmaf(dys.at(k, j), (xs.at(k, j) - m) * r, dgamma[k]);
            dbeta[k] += dys.at(k, j);
        });
        rowGradient(xs, dys, row, m, r, gamma, dx);
    }
#pragma unroll
    for (u32 k = 0; k < 4 * STRIPS; k++) {
        // The two groups of a warp, of which one keeps dgamma and the other dbeta; then the eight warps in order.
        float a = dgamma[k] + __shfl_xor_sync(FULL, dgamma[k], LANES);
        float b = dbeta[k] + __shfl_xor_sync(FULL, dbeta[k], LANES);
        u32 which = threadIdx.x / LANES % 2;
        shares[threadIdx.x / 32][which][LANES * k + threadIdx.x % LANES] = which == 0 ? a : b;
    }
    __syncthreads();
    for (u32 j = threadIdx.x; j < width; j += GROUPS * LANES) {
#pragma unroll
        for (u32 which = 0; which < 2; which++) {
            float total = shares[0][which][j];
#pragma unroll
            for (u32 w = 1; w < GROUPS / 2; w++) total += shares[w][which][j];
            partial[((u64)which * gridDim.x + blockIdx.x) * width + j] = total;
        }
    }
}

// The wide form takes the gradient of x row by row and the shares of gamma and beta column by column.
extern "C" __global__ void layerNormBackwardWide(
    const float* x, const float* gamma, const float* mean, const float* rstd, const float* dy, u32 rows, u32 width,
    float* dx) {
    u32 i = ownRow();
    Row row(i, rows, width);
    float m = row.exists ? mean[i] : 0.0f, r = row.exists ? rstd[i] : 0.0f;
    rowGradient(Values<0>(x, row), Values<0>(dy, row), row, m, r, gamma, dx);
}

extern "C" __global__ void layerNormColumns(
    const float* x, const float* mean, const float* rstd, const float* dy, u32 rows, u32 width, u32 chunkRows,
    float* partial) {
    u32 from = blockIdx.y * chunkRows, to = min(rows, from + chunkRows);
    float dgamma = columnSum(from, to, width, [=](u32 i, u32 j) {
        u64 at = (u64)i * width + j;
        return dy[at] * ((x[at] - mean[i]) * rstd[i]);
    });
    float dbeta = columnSum(from, to, width, [=](u32 i, u32 j) { return dy[(u64)i * width + j]; });
    u32 j = ownColumn();
    if (threadIdx.x < TILE_COLUMNS && j < width) {
        partial[(u64)blockIdx.y * width + j] = dgamma;
        partial[((u64)gridDim.y + blockIdx.y) * width + j] = dbeta;
    }
}

// dgamma (blockIdx.y = 0) and dbeta (1): the chunks' shares, a row a chunk, summed.
extern "C" __global__ void joinColumns(
    const float* partial, u32 chunks, u32 width, u32 accumulate, float* dgamma, float* dbeta) {
    const float* shares = partial + (u64)blockIdx.y * chunks * width;
    float* out = blockIdx.y == 0 ? dgamma : dbeta;
    float total = columnSum(0, chunks, width, [=](u32 i, u32 j) { return shares[(u64)i * width + j]; });
    u32 j = ownColumn();
    if (threadIdx.x < TILE_COLUMNS && j < width) out[j] = accumulate ? out[j] + total : total;
}

// out = x / norm with norm = max(|x|, eps).
template <int STRIPS>
__device__ __forceinline__ void normalizeRows(const float* x, float eps, u32 rows, u32 width, float* out, float* norm) {
    u32 i = ownRow();
    Row row(i, rows, width);
    Values<STRIPS> values(x, row);
    float length = sqrtf(dot(values, values, row));
    // Not fmaxf, which would turn a NaN into eps.
    length = length < eps ? eps : length;
    if (row.exists && row.lane == 0) norm[i] = length;
    row.each<STRIPS>([&](u32 k, u32 j) { out[row.start + j] = values.at(k, j) / length; });
}

// dx = (dy - out (out . dy)) / norm.
template <int STRIPS>
__device__ __forceinline__ void normalizeRowsBackward(
    const float* out, const float* norm, const float* dy, u32 rows, u32 width, float* dx) {
    u32 i = ownRow();
    Row row(i, rows, width);
    Values<STRIPS> outs(out, row), dys(dy, row);
    float along = dot(outs, dys, row);
    float length = row.exists ? norm[i] : 1.0f;
    row.each<STRIPS>([&](u32 k, u32 j) {
        dx[row.start + j] = fmaf(outs.at(k, j), -along, dys.at(k, j)) / length;
    });
}

// Forms by the longest row that they take.
#define ROW_KERNELS(LONGEST, STRIPS)                                                                                   \
    extern "C" __global__ void layerNorm##LONGEST(                                                                     \
        const float* x, const float* gamma, const float* beta, float eps, u32 rows, u32 width, float* out,             \
        float* mean, float* rstd) {                                                                                    \
        layerNorm<STRIPS>(x, gamma, beta, eps, rows, width, out, mean, rstd);                                          \
    }                                                                                                                  \
    extern "C" __global__ void residualNorm##LONGEST(                                                                  \
        const float* x, const float* bias, u32 threshold, float scale, Key key, const u32* coordinates,                \
        const float* residual, const float* gamma, const float* beta, float eps, u32 rows, u32 width, float* sum,      \
        float* out, float* mean, float* rstd) {                                                                        \
        residualNorm<STRIPS>(                                                                                          \
            x, bias, threshold, scale, key, coordinates, residual, gamma, beta, eps, rows, width, sum, out, mean,      \
            rstd);                                                                                                     \
    }                                                                                                                  \
    extern "C" __global__ void normalizeRows##LONGEST(                                                                 \
        const float* x, float eps, u32 rows, u32 width, float* out, float* norm) {                                     \
        normalizeRows<STRIPS>(x, eps, rows, width, out, norm);                                                         \
    }                                                                                                                  \
    extern "C" __global__ void normalizeRowsBackward##LONGEST(                                                         \
        const float* out, const float* norm, const float* dy, u32 rows, u32 width, float* dx) {                        \
        normalizeRowsBackward<STRIPS>(out, norm, dy, rows, width, dx);                                                 \
    }

#define CHUNK_KERNEL(LONGEST, STRIPS)                                                                                  \
    extern "C" __global__ void layerNormBackward##LONGEST(                                                             \
        const float* x, const float* gamma, const float* mean, const float* rstd, const float* dy, u32 rows,           \
        u32 width, u32 chunkRows, float* dx, float* partial) {                                                         \
        layerNormBackward<STRIPS>(x, gamma, mean, rstd, dy, rows, width, chunkRows, dx, partial);                      \
    }

ROW_KERNELS(64, 1)
ROW_KERNELS(128, 2)
ROW_KERNELS(256, 4)
ROW_KERNELS(Wide, 0)
CHUNK_KERNEL(64, 1)
CHUNK_KERNEL(128, 2)
CHUNK_KERNEL(256, 4)
