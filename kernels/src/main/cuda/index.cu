// Moving rows and columns.
//
// Gather and copy stream (stream.cuh) over the values of the output. The scatter adds without atomics: the host has
// sorted the rows of x by the table row that they are added to, so that a run of them, in the order of their numbers,
// is one warp's: it adds them one after another, a lane a column. Additions wait for one another, loads do not: 32
// rows are on their way at a time.
#include "stream.cuh"

// out[i, :] = table[ids[i], :].
extern "C" __global__ void gatherRows(const float* table, const u32* ids, u32 width, u32 n, float* out) {
    stream(n, aligned(table, out) && width % 4 == 0, [=](auto at) {
        u32 row = ids[at.i / width];
        store(out, at, load(table + (u64)row * width, column(at, width)));
    });
}

// out[i, j] = x[i, j] for j below width, between matrices of other row lengths; both start at the first column meant.
extern "C" __global__ void copyColumns(
    const float* x, u32 stride, u32 width, u32 n, u32 outStride, float* out) {
    stream(n, aligned(x, out) && (stride | width | outStride) % 4 == 0, [=](auto at) {
        u64 row = at.i / width;
        auto place = column(at, width);
        store(out + row * outStride, place, load(x + row * stride, place));
    });
}

constexpr u32 RUN = 32;

// table[targets[s], :] += the rows order[starts[s]] to order[starts[s + 1] - 1] of x, one after another. A warp takes
// 32 columns of one segment s.
extern "C" __global__ void scatterAddRows(
    const float* x, const u32* order, const u32* starts, const u32* targets, u32 segments, u32 width, float* table) {
    u32 tiles = (width + 31) / 32;
    u32 task = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (task >= segments * tiles) return;
    u32 segment = task / tiles, lane = threadIdx.x % 32;
    u32 j = task % tiles * 32 + lane;
    bool own = j < width;
    u32 from = starts[segment], to = starts[segment + 1];
    float* target = table + (u64)targets[segment] * width + j;
    float total = own ? *target : 0.0f;
    for (; from < to; from += RUN) {
        u32 count = min(RUN, to - from);
        u32 row = lane < count ? order[from + lane] : 0;
        if (count == RUN) {
            float values[RUN];
#pragma unroll
            for (u32 k = 0; k < RUN; k++) {
                u32 i = __shfl_sync(FULL, row, k);
                values[k] = own ? x[(u64)i * width + j] : 0.0f;
            }
#pragma unroll
            for (u32 k = 0; k < RUN; k++) total += values[k];
        } else {
#pragma unroll 4
            for (u32 k = 0; k < count; k++) {
                u32 i = __shfl_sync(FULL, row, k);
                if (own) total += x[(u64)i * width + j];
            }
        }
    }
    if (own) *target = total;
}
