// Distances of two matrices as losses, and their gradients: the mean squared error, and one minus the cosine of rows.
//
// The mean is the sum of 4096 values a block (reduce.cuh), then of the blocks' sums by one block. The gradient streams
// (stream.cuh). The cosine takes 16 lanes a row and one pass for its three sums, in the CPU's order (rows.cuh).
#include "reduce.cuh"
#include "rows.cuh"

// partials[b] = the sum of (x - y)^2 over the b-th 4096 values.
extern "C" __global__ void squaredErrors(const float* x, const float* y, u32 n, float* partials) {
    u32 first = blockIdx.x * SUM_TILE;
    float total = 0.0f;
#pragma unroll
    for (u32 k = 0; k < 16; k++) {
        u32 i = first + k * THREADS + threadIdx.x;
        if (i < n) {
            float error = x[i] - y[i];
            total = fmaf(error, error, total);
        }
    }
    total = blockSum(total);
    if (threadIdx.x == 0) partials[blockIdx.x] = total;
}

// out = the sum of n values / size. One block.
extern "C" __global__ void meanOfPartials(const float* partials, u32 n, float size, float* out) {
    float total = 0.0f;
    for (u32 i = threadIdx.x; i < n; i += THREADS) total += partials[i];
    total = blockSum(total);
    if (threadIdx.x == 0) *out = total / size;
}

// dx = dLoss factor (x - y).
extern "C" __global__ void squaredErrorsBackward(
    const float* x, const float* y, const float* dLoss, float factor, u32 n, float* dx) {
    float scale = *dLoss * factor;
    stream(n, aligned(x, y, dx), [=](auto at) {
        store(dx, at, map([=](float a, float b) { return scale * (a - b); }, load(x, at), load(y, at)));
    });
}

// Lengths and cosine of a pair of rows, in every lane of these rows.
struct Directions {
    float x, y, cosine;
    bool both;

    __device__ __forceinline__ Directions(const float* a, const float* b, const Row& row, float eps) {
        float aa = 0.0f, bb = 0.0f, ab = 0.0f;
        row.each<0>([&](u32, u32 j) {
            float p = a[row.start + j], q = b[row.start + j];
            aa = fmaf(p, p, aa);
            bb = fmaf(q, q, bb);
            ab = fmaf(p, q, ab);
        });
        x = sqrtf(rowSum(aa));
        y = sqrtf(rowSum(bb));
        cosine = rowSum(ab) / (x * y);
        both = x >= eps && y >= eps;
    }
};

// losses[i] = 1 - x_i . y_i / (|x_i| |y_i|); 1 where either is shorter than eps.
extern "C" __global__ void cosineDistance(
    const float* x, const float* y, float eps, u32 rows, u32 width, float* losses) {
    u32 i = ownRow();
    Row row(i, rows, width);
    Directions of(x, y, row, eps);
    if (row.exists && row.lane == 0) losses[i] = of.both ? 1.0f - of.cosine : 1.0f;
}

// dx = -dLoss factor (y / (|x| |y|) - cos x / |x|^2), and dy with x and y exchanged; 0 where a row has no direction.
extern "C" __global__ void cosineDistanceBackward(
    const float* x, const float* y, float eps, const float* dLoss, float factor, u32 rows, u32 width, float* dx,
    float* dy) {
    Row row(ownRow(), rows, width);
    Directions of(x, y, row, eps);
    float across = -(*dLoss * factor) / (of.x * of.y);
    float along = -across * of.cosine;
    float alongX = along * (of.y / of.x), alongY = along * (of.x / of.y);
    row.each<0>([&](u32, u32 j) {
        float a = x[row.start + j], b = y[row.start + j];
        dx[row.start + j] = of.both ? fmaf(across, b, alongX * a) : 0.0f;
        dy[row.start + j] = of.both ? fmaf(across, a, alongY * b) : 0.0f;
    });
}
