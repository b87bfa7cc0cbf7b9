// Normal numbers from Philox words, with the CPU's bits.
#pragma once
#include "floatmath.cuh"

// Box and Muller (1958): the words (a, b) give r cos(2 pi u) and r sin(2 pi u) with r = sqrt(-2 ln((a + 1) / 2^24)) and
// u = b / 2^24, where a and b are the upper 24 bits.
__device__ __forceinline__ float2 boxMuller(u32 a, u32 b) {
    float radius = sqrtf(-2.0f * floatLog((float)((a >> 8) + 1) * 0x1p-24f));
    float2 turn = cosSinTwoPi(uniform(b));
    return make_float2(radius * turn.x, radius * turn.y);
}

// Those of the four columns from `unit` on, a multiple of 4: one Philox block.
__device__ __forceinline__ float4 fourNormals(Key key, u32 row, u32 unit) {
    uint4 w = philox(unit / 4, row, key);
    float2 left = boxMuller(w.x, w.y), right = boxMuller(w.z, w.w);
    return make_float4(left.x, left.y, right.x, right.y);
}
