// The sum of many values by blocks of 256 threads: 4096 values a block, 16 a thread, in an order that depends on the
// number of values alone.
#pragma once
#include "stream.cuh"

constexpr u32 SUM_TILE = 4 * TILE;

// The own 16 values of this block's tile joined one after another: total = step(total, value), from 0.
template <class Step>
__device__ __forceinline__ float tileSum(const float* x, u32 n, Step step) {
    u32 first = blockIdx.x * SUM_TILE;
    float total = 0.0f;
    if (aligned(x) && first + SUM_TILE <= n) {
#pragma unroll
        for (u32 k = 0; k < 4; k++) {
            float4 v = load(x, Four{first + k * TILE + 4 * threadIdx.x});
            total = step(step(step(step(total, v.x), v.y), v.z), v.w);
        }
    } else {
#pragma unroll
        for (u32 k = 0; k < 16; k++) {
            u32 i = first + k * THREADS + threadIdx.x;
            if (i < n) total = step(total, x[i]);
        }
    }
    return total;
}

// The sum of x over the threads of the block, in every thread: a tree within each warp, then the warps in order.
template <class Number>
__device__ __forceinline__ Number blockSum(Number x) {
    __shared__ Number sums[THREADS / 32];
    x = warpSum(x);
    if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = x;
    __syncthreads();
    Number total = sums[0];
#pragma unroll
    for (u32 w = 1; w < THREADS / 32; w++) total += sums[w];
    return total;
}
