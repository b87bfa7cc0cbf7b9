// Element-wise arithmetic, broadcasting over rows, and sums.
//
// The element-wise kernels stream (stream.cuh): 256 threads, 1024 values a block. Each rounds as the CPU does,
// operation for operation, so that results have the CPU's bits. An output may be an input: a thread reads all of a
// place before it writes there, and nobody else touches that place.
//
// Sums are joined in an order that depends on the sizes alone. It is not the CPU's order, which has too little to do
// at a time for a GPU.
#include "columns.cuh"
#include "reduce.cuh"
#include "stream.cuh"

extern "C" __global__ void add(const float* x, const float* y, u32 n, float* out) {
    stream(n, aligned(x, y, out), [=](auto at) {
        store(out, at, map([](float a, float b) { return a + b; }, load(x, at), load(y, at)));
    });
}

// y = y + alpha x.
extern "C" __global__ void axpy(float alpha, const float* x, u32 n, float* y) {
    stream(n, aligned(x, y), [=](auto at) {
        store(y, at, map([=](float a, float b) { return fmaf(alpha, a, b); }, load(x, at), load(y, at)));
    });
}

extern "C" __global__ void multiply(const float* x, const float* y, u32 n, float* out) {
    stream(n, aligned(x, y, out), [=](auto at) {
        store(out, at, map([](float a, float b) { return a * b; }, load(x, at), load(y, at)));
    });
}

extern "C" __global__ void scale(float alpha, const float* x, u32 n, float* out) {
    stream(n, aligned(x, out), [=](auto at) {
        store(out, at, map([=](float a) { return alpha * a; }, load(x, at)));
    });
}

// out[i, j] = x[i, j] + bias[j].
extern "C" __global__ void addRowVector(const float* x, const float* bias, u32 width, u32 n, float* out) {
    stream(n, aligned(x, bias, out) && width % 4 == 0, [=](auto at) {
        auto b = load(bias, column(at, width));
        store(out, at, map([](float a, float c) { return a + c; }, load(x, at), b));
    });
}

// out[i, j] = factors[i] x[i, j].
extern "C" __global__ void scaleRows(const float* x, const float* factors, u32 width, u32 n, float* out) {
    stream(n, aligned(x, out) && width % 4 == 0, [=](auto at) {
        float factor = factors[at.i / width];
        store(out, at, map([=](float a) { return factor * a; }, load(x, at)));
    });
}

// out[chunk, j] = sum of the rows of a chunk; see columns.cuh. With one chunk this is the whole sum.
extern "C" __global__ void sumRows(const float* x, u32 rows, u32 width, u32 chunkRows, u32 accumulate, float* out) {
    u32 from = blockIdx.y * chunkRows;
    float total = columnSum(from, min(rows, from + chunkRows), width, [=](u32 i, u32 j) {
        return x[(u64)i * width + j];
    });
    u32 j = ownColumn();
    if (threadIdx.x < TILE_COLUMNS && j < width) {
        u64 at = (u64)blockIdx.y * width + j;
        out[at] = accumulate ? out[at] + total : total;
    }
}

// out[block] = sum of the block's 4096 values of x; the blocks' sums are summed by the same kernel in a further launch.
extern "C" __global__ void sum(const float* x, u32 n, float* out) {
    float total = blockSum(tileSum(x, n, [](float a, float value) { return a + value; }));
    if (threadIdx.x == 0) out[blockIdx.x] = total;
}
