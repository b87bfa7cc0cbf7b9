// The distribution function of the normal distribution, with the CPU's bits.
#pragma once
#include "floatmath.cuh"

#define SQRT_HALF 0.70710678118654752440f

__device__ __forceinline__ float normalCdf(float v) {
    return fmaf(0.5f, floatErf(v * SQRT_HALF), 0.5f);
}

__device__ __forceinline__ float geluOf(float v) {
    return v * normalCdf(v);
}
