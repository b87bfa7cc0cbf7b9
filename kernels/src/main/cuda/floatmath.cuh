// exp, log, erf, sine and cosine: the arithmetic of io.github.indirec.tensor.cpu.FloatMath operation for operation, so
// that both devices give the same bits. Only additions, multiplications, fused multiply-adds and bit operations; the
// accuracy and the meaning of each constant are documented there.
#pragma once
#include "common.cuh"

#define ROUNDER 12582912.0f
#define LOG2_E 1.44269504f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#define INFINITY_BITS 0x7f800000
#define MAGNITUDE_BITS 0x7fffffff

// All ones where the magnitude bits are those of a NaN, else 0.
__device__ __forceinline__ u32 nanMask(int magnitude) {
    return (u32)((INFINITY_BITS - magnitude) >> 31);
}

// (e^r - 1) / r.
__device__ __forceinline__ float expm1Quotient(float r) {
    float p = fmaf(0.0013818695f, r, 0.008368716f);
    p = fmaf(p, r, 0.041668292f);
    p = fmaf(p, r, 0.16666521f);
    p = fmaf(p, r, 0.49999994f);
    return fmaf(p, r, 1.0f);
}

// e^x, with x clamped to [-80, 88].
__device__ __forceinline__ float floatExp(float x) {
    int bits = __float_as_int(x);
    int sign = (int)0x80000000;
    int clamped = min(min(bits ^ sign, 0x42a00000) ^ sign, 0x42b00000);
    float y = __int_as_float(clamped);
    float shifted = fmaf(y, LOG2_E, ROUNDER);
    float n = __fsub_rn(shifted, ROUNDER);
    float r = fmaf(n, -LN2_LOW, fmaf(n, -LN2_HIGH, y));
    float p = fmaf(expm1Quotient(r), r, 1.0f);
    u32 scaled = __float_as_uint(p) + (__float_as_uint(shifted) << 23);
    return __uint_as_float(scaled | nanMask(bits & MAGNITUDE_BITS));
}

// ln x for normal positive x.
__device__ __forceinline__ float floatLog(float x) {
    u32 bits = __float_as_uint(x);
    int exponent = (int)(bits - 0x3f3504f3u) >> 23;
    float f = __fsub_rn(__uint_as_float(bits - ((u32)exponent << 23)), 1.0f);
    float k = (float)exponent;
    float p = fmaf(-0.07636356f, f, 0.12762144f);
    p = fmaf(p, f, -0.131596f);
    p = fmaf(p, f, 0.14201586f);
    p = fmaf(p, f, -0.1662341f);
    p = fmaf(p, f, 0.20001242f);
    p = fmaf(p, f, -0.2500082f);
    p = fmaf(p, f, 0.3333333f);
    float square = __fmul_rn(f, f);
    float tail = fmaf(k, LN2_LOW, __fmul_rn(p, __fmul_rn(square, f)));
    float mantissa = __fadd_rn(f, fmaf(-0.5f, square, tail));
    float result = fmaf(k, LN2_HIGH, mantissa);
    u32 invalid = (u32)((int)((INFINITY_BITS - bits) | bits) >> 31);
    return __uint_as_float(__float_as_uint(result) | invalid);
}

__device__ __forceinline__ float floatErf(float x) {
    int bits = __float_as_int(x);
    int magnitude = bits & MAGNITUDE_BITS;
    float a = __int_as_float(min(magnitude, 0x40800000));
    float q = fmaf(-3.6702575e-05f, a, 0.0003551134f);
    q = fmaf(q, a, -0.0011883597f);
    q = fmaf(q, a, -0.00027983225f);
    q = fmaf(q, a, 0.0193645f);
    q = fmaf(q, a, -0.10282573f);
    q = fmaf(q, a, -0.6366154f);
    q = __fmul_rn(fmaf(q, a, -1.1283792f), a);
    float shifted = fmaf(q, LOG2_E, ROUNDER);
    float n = __fsub_rn(shifted, ROUNDER);
    float r = fmaf(n, -LN2_LOW, fmaf(n, -LN2_HIGH, q));
    float power = __uint_as_float((__float_as_uint(shifted) << 23) + 0x3f800000u);
    float result = fmaf(-power, __fmul_rn(expm1Quotient(r), r), __fsub_rn(1.0f, power));
    return __uint_as_float(__float_as_uint(result) | (u32)(bits ^ magnitude) | nanMask(magnitude));
}

// sin(pi/2 f) and cos(pi/2 f) for |f| <= 1/2.
__device__ __forceinline__ float sinQuarter(float f) {
    float z = __fmul_rn(f, f);
    float p = fmaf(-0.0046859714f, z, 0.079712525f);
    p = fmaf(p, z, -0.64596665f);
    return __fmul_rn(fmaf(p, z, 1.5707964f), f);
}

__device__ __forceinline__ float cosQuarter(float f) {
    float z = __fmul_rn(f, f);
    float p = fmaf(0.0008935588f, z, -0.020855252f);
    p = fmaf(p, z, 0.25366852f);
    p = fmaf(p, z, -1.2337005f);
    return fmaf(p, z, 1.0f);
}

// cos(2 pi u) in x and sin(2 pi u) in y, for u in [0, 1).
__device__ __forceinline__ float2 cosSinTwoPi(float u) {
    float shifted = fmaf(u, 4.0f, ROUNDER);
    float f = fmaf(u, 4.0f, __fsub_rn(ROUNDER, shifted));
    u32 quadrant = __float_as_uint(shifted);
    bool odd = quadrant & 1;
    float s = sinQuarter(f), c = cosQuarter(f);
    u32 cosBits = __float_as_uint(odd ? s : c) ^ (((quadrant + 1) & 2) << 30);
    u32 sinBits = __float_as_uint(odd ? c : s) ^ ((quadrant & 2) << 30);
    return make_float2(__uint_as_float(cosBits), __uint_as_float(sinBits));
}
