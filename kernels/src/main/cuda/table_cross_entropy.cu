// Cross-entropy over an item table, fused: the logits h table^T live in registers, 64 x 64 at a time (products.cuh),
// and never reach global memory.
//
// Forward: a block takes 64 rows of h and a range of item tiles. Each thread keeps a log-sum-exp of its own for each of
// its 8 rows; these are joined over the 16 lanes of a row when all tiles are done, and over the ranges by a second
// kernel, in order. One value a row is kept for the backward: its log-sum-exp.
//
// Backward: the same tiles are computed again, with the same bits, and become weights dlogits = scale (softmax -
// one-hot) in shared memory, which at once multiply the other matrix: dh = dlogits table in a block of rows that walks
// over the items, dtable = dlogits^T h in a block of items that walks over the rows. A block has 64 or 128 columns of
// the gradient in registers; wider ones repeat the logits for every 128. Where the walk is shared out among blocks
// their sums are added in order by another kernel. The price of keeping nothing: five matrix products instead of three.
#include "logsumexp.cuh"
#include "products.cuh"

// The target of a row that does not exist.
#define NOBODY 0xffffffffu

// partials[range, i] = (largest, sum) of row i over the tiles of one range; losses[i] = h_i . table_{targets[i]}.
extern "C" __global__ void tableLogSumExp(
    const float* h, const float* table, const u32* targets, u32 rows, u32 items, u32 width, u32 tilesPerRange,
    float2* partials, float* losses) {
    __shared__ Slices slices;
    Rows a(h, rows, width), b(table, items, width);
    a.first = blockIdx.x * SIDE;
    LogSumExp all[8];
    u32 target[8];
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
        u32 row = a.first + ty() + 8 * i;
        target[i] = row < rows ? targets[row] : NOBODY;
    }
    u32 end = min(items, (blockIdx.y + 1) * tilesPerRange * SIDE);
    for (b.first = blockIdx.y * tilesPerRange * SIDE; b.first < end; b.first += SIDE) {
        float logits[8][4];
        multiplyRows(a, b, slices, logits, [] {});
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
#pragma unroll
            for (u32 j = 0; j < 4; j++) {
                u32 item = b.first + tx() + 16 * j;
                if (item == target[i]) losses[a.first + ty() + 8 * i] = logits[i][j];
                if (item >= items) logits[i][j] = MINUS_INFINITY;
            }
            all[i].add(logits[i][0], logits[i][1], logits[i][2], logits[i][3]);
        }
    }
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
        u32 row = a.first + ty() + 8 * i;
        all[i].joinLanes<16>();
        if (tx() == 0 && row < rows) partials[blockIdx.y * rows + row] = make_float2(all[i].max, all[i].sum);
    }
}

// logSumExp of the ranges in order; losses[i] = logSumExp[i] - losses[i]. One thread a row.
extern "C" __global__ void joinLogSumExp(
    const float2* partials, u32 rows, u32 ranges, float* losses, float* logSumExp) {
    u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= rows) return;
    LogSumExp all;
    for (u32 range = 0; range < ranges; range++) {
        float2 part = partials[range * rows + i];
        LogSumExp other;
        other.max = part.x;
        other.sum = part.y;
        all.join(other);
    }
    float total = all.value();
    logSumExp[i] = total;
    losses[i] = total - losses[i];
}

// Shared memory of a gradient's block: the slices of the product are free while the weights are used.
struct GradientMemory {
    union {
        Slices slices;
        float inner[2 * SIDE * SLICE];
    };
    float weights[SIDE * SIDE];
};

// Place of a weight: odd rows have the halves of each 32 columns exchanged, since a warp's two rows are 64 values
// apart.
__device__ __forceinline__ u32 weightPlace(u32 row, u32 column) {
    return row * SIDE + (column ^ row % 2 * 16);
}

// 16 rows of `from`, columns from `column` on, as they are.
template <u32 COLUMNS>
__device__ __forceinline__ void loadInner(const Rows& from, u32 firstRow, u32 column, float* inner) {
    if (from.wide) {
#pragma unroll
        for (u32 at = threadIdx.x; at < SLICE * COLUMNS / 4; at += PRODUCT_THREADS) {
            u32 row = at / (COLUMNS / 4), c = at % (COLUMNS / 4) * 4;
            *reinterpret_cast<float4*>(inner + row * COLUMNS + c) = from.quad(firstRow + row, column + c);
        }
    } else {
#pragma unroll
        for (u32 at = threadIdx.x; at < SLICE * COLUMNS; at += PRODUCT_THREADS) {
            inner[at] = from.at(firstRow + at / COLUMNS, column + at % COLUMNS);
        }
    }
}

// gradient[i, c] += the sum over 16 inner rows r of weights[i, r] inner[r, c]; a thread has 4 columns of every 64.
template <u32 COLUMNS>
__device__ __forceinline__ void multiplyInner(
    const float* weights, u32 firstInner, const float* inner, float4 (&gradient)[8][COLUMNS / 64]) {
#pragma unroll 1
    for (u32 q = 0; q < SLICE; q += 4) {
        float4 v[4][COLUMNS / 64];
#pragma unroll
        for (u32 r = 0; r < 4; r++) {
#pragma unroll
            for (u32 c = 0; c < COLUMNS / 64; c++) v[r][c] = quadAt(inner, (q + r) * COLUMNS + c * 64 + tx() * 4);
        }
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
            float4 w = quadAt(weights, weightPlace(ty() + 8 * i, firstInner + q));
            float each[4] = {w.x, w.y, w.z, w.w};
#pragma unroll
            for (u32 r = 0; r < 4; r++) {
#pragma unroll
                for (u32 c = 0; c < COLUMNS / 64; c++) {
                    float4& g = gradient[i][c];
                    g.x = fmaf(each[r], v[r][c].x, g.x);
                    g.y = fmaf(each[r], v[r][c].y, g.y);
                    g.z = fmaf(each[r], v[r][c].z, g.z);
                    g.w = fmaf(each[r], v[r][c].w, g.w);
                }
            }
        }
    }
}

// What turns logits into weights.
struct Softmax {
    const u32* targets;
    const float* logSumExp;
    float scale;

    __device__ __forceinline__ float weight(float logit, float logSumExp, bool isTarget) const {
        float softmax = floatExp(logit - logSumExp);
        return (isTarget ? softmax - 1.0f : softmax) * scale;
    }
};

// The weights of a tile whose outer side are the rows of h, and of one whose outer side are items. Inner rows beyond
// the last have weight 0.
struct ByRows {
    float total[8];
    u32 target[8];

    __device__ __forceinline__ ByRows(const Softmax& softmax, const Rows& outer) {
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
            u32 row = outer.first + ty() + 8 * i;
            bool own = row < outer.rows;
            total[i] = own ? softmax.logSumExp[row] : 0.0f;
            target[i] = own ? softmax.targets[row] : NOBODY;
        }
    }

    __device__ __forceinline__ void store(
        const Softmax& softmax, const Rows&, const Rows& inner, const float (&logits)[8][4], float* weights) const {
#pragma unroll
        for (u32 j = 0; j < 4; j++) {
            u32 item = inner.first + tx() + 16 * j;
#pragma unroll
            for (u32 i = 0; i < 8; i++) {
                float w = softmax.weight(logits[i][j], total[i], item == target[i]);
                weights[weightPlace(ty() + 8 * i, tx() + 16 * j)] = item < inner.rows ? w : 0.0f;
            }
        }
    }
};

struct ByItems {
    __device__ __forceinline__ ByItems(const Softmax&, const Rows&) {}

    __device__ __forceinline__ void store(
        const Softmax& softmax, const Rows& outer, const Rows& inner, const float (&logits)[8][4],
        float* weights) const {
#pragma unroll
        for (u32 j = 0; j < 4; j++) {
            u32 row = inner.first + tx() + 16 * j;
            bool own = row < inner.rows;
            float total = own ? softmax.logSumExp[row] : 0.0f;
            u32 target = own ? softmax.targets[row] : NOBODY;
#pragma unroll
            for (u32 i = 0; i < 8; i++) {
                float w = softmax.weight(logits[i][j], total, target == outer.first + ty() + 8 * i);
                weights[weightPlace(ty() + 8 * i, tx() + 16 * j)] = own ? w : 0.0f;
            }
        }
    }
};

template <u32 COLUMNS>
__device__ __forceinline__ void storeGradient(
    const float4 (&gradient)[8][COLUMNS / 64], const Rows& outer, u32 column, bool add, float* out) {
    bool wide = outer.width % 4 == 0 && aligned(out);
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
        u32 row = outer.first + ty() + 8 * i;
#pragma unroll
        for (u32 c = 0; c < COLUMNS / 64; c++) {
            u32 j = column + c * 64 + tx() * 4;
            if (row >= outer.rows || j >= outer.width) continue;
            float4 g = gradient[i][c];
            float* place = out + row * outer.width + j;
            if (wide) {
                float4* four = reinterpret_cast<float4*>(place);
                if (add) g = map([](float x, float y) { return x + y; }, *four, g);
                *four = g;
                continue;
            }
            float each[4] = {g.x, g.y, g.z, g.w};
#pragma unroll
            for (u32 k = 0; k < 4; k++) {
                if (j + k < outer.width) place[k] = add ? place[k] + each[k] : each[k];
            }
        }
    }
}

// Gradient of 64 outer rows, `COLUMNS` columns, over one range of inner tiles. Block (x, y): x-th outer tile, slab and
// range from y. With several ranges out is [ranges x outer x width].
template <class Weights, u32 COLUMNS>
__device__ __forceinline__ void gradient(
    Rows outer, Rows inner, Softmax softmax, u32 tilesPerRange, bool add, float* out) {
    __shared__ GradientMemory memory;
    u32 slabs = (outer.width + COLUMNS - 1) / COLUMNS;
    u32 range = blockIdx.y / slabs, column = blockIdx.y % slabs * COLUMNS;
    outer.first = blockIdx.x * SIDE;
    Weights weights(softmax, outer);
    float4 sums[8][COLUMNS / 64] = {};
    u32 end = min(inner.rows, (range + 1) * tilesPerRange * SIDE);
    for (inner.first = range * tilesPerRange * SIDE; inner.first < end; inner.first += SIDE) {
        float logits[8][4];
        multiplyRows(outer, inner, memory.slices, logits, [] {});
        weights.store(softmax, outer, inner, logits, memory.weights);
        for (u32 first = 0; first < SIDE; first += SLICE) {
            __syncthreads();
            loadInner<COLUMNS>(inner, first, column, memory.inner);
            __syncthreads();
            multiplyInner<COLUMNS>(memory.weights, first, memory.inner, sums);
        }
    }
    storeGradient<COLUMNS>(sums, outer, column, add, out + (u64)range * outer.rows * outer.width);
}

#define GRADIENT(NAME, WEIGHTS, OUTER, INNER, COLUMNS)                                                                \
    extern "C" __global__ void NAME(                                                                                  \
        const float* h, const float* table, const u32* targets, const float* logSumExp, const float* dLoss,           \
        float factor, u32 rows, u32 items, u32 width, u32 tilesPerRange, u32 add, float* out) {                       \
        Rows byRow(h, rows, width), byItem(table, items, width);                                                      \
        Softmax softmax{targets, logSumExp, *dLoss * factor};                                                         \
        gradient<WEIGHTS, COLUMNS>(OUTER, INNER, softmax, tilesPerRange, add, out);                                   \
    }

GRADIENT(rowGradient64, ByRows, byRow, byItem, 64)
GRADIENT(rowGradient128, ByRows, byRow, byItem, 128)
GRADIENT(tableGradient64, ByItems, byItem, byRow, 64)
GRADIENT(tableGradient128, ByItems, byItem, byRow, 128)

// out = the sum of `parts` arrays of n values, in order, or out plus that.
extern "C" __global__ void addParts(const float* partials, u32 parts, u32 n, u32 add, float* out) {
    u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float total = add ? out[i] : 0.0f;
    for (u32 part = 0; part < parts; part++) total += partials[(u64)part * n + i];
    out[i] = total;
}
