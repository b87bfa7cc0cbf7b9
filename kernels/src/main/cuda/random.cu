// Dropout and normal numbers from Philox words: word `unit` of a row decides about column `unit`, so a value depends
// on its coordinates alone and masks equal the CPU's bit for bit; so do the normal numbers, since floatmath.cuh
// computes as the CPU does.
//
// Streaming as in stream.cuh: where four neighbours are one access they are also one Philox block. The places of the
// other path draw a block each and use one word or one pair of it.
#include "normal.cuh"
#include "stream.cuh"

struct Dropout {
    u32 threshold;
    float scale;

    __device__ __forceinline__ float kept(float x, u32 word) const {
        return keep(x, word, threshold, scale);
    }

    __device__ __forceinline__ float4 apply(Key key, u32 row, u32 unit, float4 x) const {
        uint4 w = philox(unit / 4, row, key);
        return make_float4(kept(x.x, w.x), kept(x.y, w.y), kept(x.z, w.z), kept(x.w, w.w));
    }

    __device__ __forceinline__ float apply(Key key, u32 row, u32 unit, float x) const {
        return kept(x, philoxWord(unit, row, key.stream, key.step, key.low, key.high));
    }
};

// Row i has the coordinate rows[i].
extern "C" __global__ void dropout(
    const float* x, u32 threshold, float scale, Key key, const u32* rows, u32 width, u32 n, float* out) {
    Dropout dropout{threshold, scale};
    stream(n, aligned(x, out) && width % 4 == 0, [=](auto at) {
        store(out, at, dropout.apply(key, rows[at.i / width], at.i % width, load(x, at)));
    });
}

__device__ __forceinline__ float4 normals(Key key, u32 row, u32 unit, Four) {
    return fourNormals(key, row, unit);
}

__device__ __forceinline__ float normals(Key key, u32 row, u32 unit, One) {
    uint4 w = philox(unit / 4, row, key);
    float2 pair = unit & 2 ? boxMuller(w.z, w.w) : boxMuller(w.x, w.y);
    return unit & 1 ? pair.y : pair.x;
}

// out[i, j] = the normal number at (key, firstRow + i, j).
extern "C" __global__ void normal(Key key, u32 firstRow, u32 width, u32 n, float* out) {
    stream(n, aligned(out) && width % 4 == 0, [=](auto at) {
        store(out, at, normals(key, firstRow + at.i / width, at.i % width, at));
    });
}
