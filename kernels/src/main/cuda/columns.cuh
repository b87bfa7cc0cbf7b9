// Sums over the rows of a matrix, column by column. A block of 512 threads takes 32 columns and a chunk of the rows:
// its 16 warps take every sixteenth row each, a lane a column, so that a warp reads 128 bytes in a row; then the 16
// sums of a column are added in order. The chunks' sums are a matrix again, which the same kernel sums in a second
// launch.
#pragma once
#include "common.cuh"

constexpr u32 TILE_COLUMNS = 32;
constexpr u32 COLUMN_WARPS = 16;

// The column of this thread.
__device__ __forceinline__ u32 ownColumn() {
    return blockIdx.x * TILE_COLUMNS + threadIdx.x % TILE_COLUMNS;
}

// The sum of value(i, j) over the rows `from` to `to` and the own column j, in the threads of the first warp.
template <class Value>
__device__ __forceinline__ float columnSum(u32 from, u32 to, u32 width, Value value) {
    __shared__ float sums[COLUMN_WARPS][TILE_COLUMNS];
    u32 j = ownColumn();
    u32 lane = threadIdx.x % TILE_COLUMNS, warp = threadIdx.x / TILE_COLUMNS;
    float total = 0.0f;
    if (j < width) {
#pragma unroll 8
        for (u32 i = from + warp; i < to; i += COLUMN_WARPS) total += value(i, j);
    }
    sums[warp][lane] = total;
    __syncthreads();
    if (warp > 0) return 0.0f;
#pragma unroll
    for (u32 w = 1; w < COLUMN_WARPS; w++) total += sums[w][lane];
    return total;
}
