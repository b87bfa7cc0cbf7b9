// What several families share: index arithmetic, sums over a warp and a block, Philox.
#pragma once

typedef unsigned int u32;
typedef unsigned long long u64;

#define FULL 0xffffffffu

// Sum over the 32 lanes of a warp, in every lane. All lanes must take part.
template <class Number>
__device__ __forceinline__ Number warpSum(Number x) {
#pragma unroll
    for (int d = 16; d > 0; d >>= 1) x += __shfl_xor_sync(FULL, x, d);
    return x;
}

__device__ __forceinline__ float warpMax(float x) {
#pragma unroll
    for (int d = 16; d > 0; d >>= 1) x = fmaxf(x, __shfl_xor_sync(FULL, x, d));
    return x;
}

// Philox 4x32-10 (Salmon et al., 2011): counter (unit / 4, row, stream, step), key (low, high half of the seed). The
// same words as io.github.indirec.tensor.Philox.
__device__ __forceinline__ uint4 philox(u32 block, u32 row, u32 stream, u32 step, u32 k0, u32 k1) {
    u32 c0 = block, c1 = row, c2 = stream, c3 = step;
#pragma unroll
    for (int round = 0; round < 10; round++) {
        u32 h0 = __umulhi(c0, 0xD2511F53u), l0 = c0 * 0xD2511F53u;
        u32 h1 = __umulhi(c2, 0xCD9E8D57u), l1 = c2 * 0xCD9E8D57u;
        c0 = h1 ^ c1 ^ k0;
        c1 = l1;
        c2 = h0 ^ c3 ^ k1;
        c3 = l0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return make_uint4(c0, c1, c2, c3);
}

// The address of a field of random numbers, as io.github.indirec.tensor.RandomKey.
struct Key {
    u32 low, high, stream, step;
};

__device__ __forceinline__ uint4 philox(u32 block, u32 row, Key key) {
    return philox(block, row, key.stream, key.step, key.low, key.high);
}

// Word `unit` of a row.
__device__ __forceinline__ u32 philoxWord(int unit, u32 row, u32 stream, u32 step, u32 k0, u32 k1) {
    uint4 b = philox((u32)unit >> 2, row, stream, step, k0, k1);
    int w = unit & 3;
    return w == 0 ? b.x : w == 1 ? b.y : w == 2 ? b.z : b.w;
}

// The upper 24 bits of a word as a number in [0, 1).
__device__ __forceinline__ float uniform(u32 word) {
    return (float)(word >> 8) * 0x1p-24f;
}

// Dropout: scale x where the upper 24 bits of the word are at least the threshold, else 0. By a mask and not by a choice,
// which the compiler would turn into a branch around the load of x.
__device__ __forceinline__ float keep(float x, u32 word, u32 threshold, float scale) {
    int mask = (int)(threshold - 1 - (word >> 8)) >> 31;
    return __int_as_float(__float_as_int(__fmul_rn(scale, x)) & mask);
}
