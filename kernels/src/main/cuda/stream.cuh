// Streaming through tensors value by value. A block takes TILE consecutive values, a thread four of them: four
// neighbours in one 16-byte access where every operand and every row starts at a multiple of 16 bytes; else, and in the
// last tile, four that are a block's width apart, so that a warp still reads 128 bytes in a row.
//
// A kernel passes its work as a function of a place, One or Four; it is compiled once for each.
#pragma once
#include "common.cuh"

constexpr u32 THREADS = 256;
constexpr u32 TILE = 4 * THREADS;

// The value at i.
struct One {
    u32 i;
};

// The values from i to i + 3; i is a multiple of 4.
struct Four {
    u32 i;
};

__device__ __forceinline__ float load(const float* x, One at) {
    return x[at.i];
}

__device__ __forceinline__ float4 load(const float* x, Four at) {
    return *reinterpret_cast<const float4*>(x + at.i);
}

__device__ __forceinline__ void store(float* x, One at, float value) {
    x[at.i] = value;
}

__device__ __forceinline__ void store(float* x, Four at, float4 value) {
    *reinterpret_cast<float4*>(x + at.i) = value;
}

// f of the values of one place.
template <class F, class... Floats>
__device__ __forceinline__ float map(F f, float x, Floats... more) {
    return f(x, more...);
}

template <class F, class... Fours>
__device__ __forceinline__ float4 map(F f, float4 x, Fours... more) {
    return make_float4(f(x.x, more.x...), f(x.y, more.y...), f(x.z, more.z...), f(x.w, more.w...));
}

// The place of the same column in a single row, and of four columns that lie in one row if rows are multiples of 4.
template <class Place>
__device__ __forceinline__ Place column(Place at, u32 width) {
    return Place{at.i % width};
}

template <class... Pointers>
__device__ __forceinline__ bool aligned(Pointers... pointers) {
    return ((... | reinterpret_cast<u64>(pointers)) & 15) == 0;
}

// Calls body(place) for the places of this block's tile of n values.
template <class Body>
__device__ __forceinline__ void stream(u32 n, bool wide, Body body) {
    u32 first = blockIdx.x * TILE;
    if (wide && first + TILE <= n) {
        body(Four{first + 4 * threadIdx.x});
        return;
    }
#pragma unroll
    for (u32 k = 0; k < 4; k++) {
        u32 i = first + k * THREADS + threadIdx.x;
        if (i < n) body(One{i});
    }
}
