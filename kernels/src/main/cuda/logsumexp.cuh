// The logarithm of a sum of exponentials in one pass (Milakov and Gimelshein, 2018): the largest value so far and the
// sum of exp(x - largest). Partial results join in any grouping; kernels join them in a fixed order.
#pragma once
#include "floatmath.cuh"

#define LOWEST -3.402823466e38f
#define MINUS_INFINITY __int_as_float(0xff800000)

struct LogSumExp {
    // Not -infinity, whose difference with itself is not a number.
    float max = LOWEST;
    float sum = 0.0f;

    // Four values at once: one more exponential for the sum so far. -infinity is none.
    __device__ __forceinline__ void add(float a, float b, float c, float d) {
        float larger = fmaxf(max, fmaxf(fmaxf(a, b), fmaxf(c, d)));
        float values = (floatExp(a - larger) + floatExp(b - larger)) + (floatExp(c - larger) + floatExp(d - larger));
        sum = fmaf(sum, floatExp(max - larger), values);
        max = larger;
    }

    // Symmetric in its two sides, so that lanes that exchange their values stay equal.
    __device__ __forceinline__ void join(LogSumExp other) {
        float larger = fmaxf(max, other.max);
        float mine = __fmul_rn(sum, floatExp(max - larger));
        float theirs = __fmul_rn(other.sum, floatExp(other.max - larger));
        sum = __fadd_rn(mine, theirs);
        max = larger;
    }

    // Joins groups of `lanes` lanes of a warp, a power of two; every lane gets the result of its group.
    template <u32 lanes>
    __device__ __forceinline__ void joinLanes() {
#pragma unroll
        for (u32 d = lanes / 2; d > 0; d >>= 1) {
            LogSumExp other;
            other.max = __shfl_xor_sync(FULL, max, d);
            other.sum = __shfl_xor_sync(FULL, sum, d);
            join(other);
        }
    }

    __device__ __forceinline__ float value() const {
        return max + floatLog(sum);
    }
};
