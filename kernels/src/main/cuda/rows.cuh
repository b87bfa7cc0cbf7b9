// Rows of a matrix, sixteen lanes a row, so two rows a warp: lane l has the columns l, l + 16, ... and adds its values
// in order, then the lanes are joined by the CPU's tree, so that row sums have the CPU's bits. Lanes whose row does
// not exist take part in shuffles and touch no memory.
//
// STRIPS is the number of 64-column strips that a row has at most; its values then stay in registers. With STRIPS = 0
// rows have any length and values are read again where they are needed again.
#pragma once
#include "common.cuh"

constexpr u32 LANES = 16;
constexpr u32 STRIP = 4 * LANES;

// Sum over the 16 lanes of a row, in each of them.
__device__ __forceinline__ float rowSum(float x) {
#pragma unroll
    for (int d = LANES / 2; d > 0; d >>= 1) x += __shfl_xor_sync(FULL, x, d);
    return x;
}

// The row of this thread, where each 16 threads take one row.
__device__ __forceinline__ u32 ownRow() {
    return blockIdx.x * (blockDim.x / LANES) + threadIdx.x / LANES;
}

// One row of a matrix and the columns of it that are this lane's.
struct Row {
    u64 start;
    u32 width, lane;
    bool exists;

    __device__ __forceinline__ Row(u32 row, u32 rows, u32 rowWidth)
        : start((u64)row * rowWidth), width(rowWidth), lane(threadIdx.x % LANES), exists(row < rows) {}

    // f(k, j) for the lane's k-th column j; in the wide form k is 0.
    template <int STRIPS, class F>
    __device__ __forceinline__ void each(F f) const {
        if constexpr (STRIPS > 0) {
#pragma unroll
            for (u32 k = 0; k < 4 * STRIPS; k++) {
                u32 j = LANES * k + lane;
                if (exists && j < width) f(k, j);
            }
        } else {
            for (u32 j = lane; j < width; j += LANES) {
                if (exists) f(0u, j);
            }
        }
    }
};

// The lane's values of a row: in registers, or in the wide form where they stand in memory.
template <int STRIPS>
struct Values {
    float own[4 * STRIPS];

    // To be set one by one, by a kernel that writes them to memory too.
    __device__ __forceinline__ Values(const float*, const Row&, bool) {}

    __device__ __forceinline__ Values(const float* x, const Row& row) {
        row.each<STRIPS>([&](u32 k, u32 j) { own[k] = x[row.start + j]; });
    }

    __device__ __forceinline__ void set(u32 k, float value) {
        own[k] = value;
    }

    __device__ __forceinline__ float at(u32 k, u32) const {
        return own[k];
    }
};

template <>
struct Values<0> {
    const float* row;

    __device__ __forceinline__ Values(const float* x, const Row& place, bool) : row(x + place.start) {}

    __device__ __forceinline__ Values(const float* x, const Row& place) : row(x + place.start) {}

    __device__ __forceinline__ void set(u32, float) {}

    __device__ __forceinline__ float at(u32, u32 j) const {
        return row[j];
    }
};

template <int STRIPS>
__device__ __forceinline__ float dot(const Values<STRIPS>& x, const Values<STRIPS>& y, const Row& row) {
    float total = 0.0f;
    row.each<STRIPS>([&](u32 k, u32 j) { total = fmaf(x.at(k, j), y.at(k, j), total); });
    return rowSum(total);
}
