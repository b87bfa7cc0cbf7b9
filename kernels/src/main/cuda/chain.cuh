// What reverse chains share: rows taken four columns at a time, those beyond their width being 0.
#pragma once
#include "normal.cuh"
#include "stream.cuh"

__device__ __forceinline__ float4 quadAt(const float* values, u32 place) {
    return *reinterpret_cast<const float4*>(values + place);
}

// Four columns of a row of a matrix. `wide` says that all its rows start at a multiple of 16 bytes.
__device__ __forceinline__ float4 quadWithin(const float* matrix, u32 row, u32 column, u32 width, bool wide) {
    const float* x = matrix + row * width + column;
    if (wide && column < width) return *reinterpret_cast<const float4*>(x);
    return make_float4(
        column < width ? x[0] : 0.0f,
        column + 1 < width ? x[1] : 0.0f,
        column + 2 < width ? x[2] : 0.0f,
        column + 3 < width ? x[3] : 0.0f);
}

__device__ __forceinline__ void storeWithin(float* out, u32 row, u32 column, u32 width, bool wide, float4 x) {
    float* place = out + row * width + column;
    if (wide && column < width) {
        *reinterpret_cast<float4*>(place) = x;
        return;
    }
    if (column < width) place[0] = x.x;
    if (column + 1 < width) place[1] = x.y;
    if (column + 2 < width) place[2] = x.z;
    if (column + 3 < width) place[3] = x.w;
}

__device__ __forceinline__ Key keyOf(uint4 words) {
    return Key{words.x, words.y, words.z, words.w};
}

__device__ __forceinline__ float4 normalsWithin(Key key, u32 row, u32 column, u32 width) {
    float4 z = fourNormals(key, row, column);
    if (column >= width) z.x = 0.0f;
    if (column + 1 >= width) z.y = 0.0f;
    if (column + 2 >= width) z.z = 0.0f;
    if (column + 3 >= width) z.w = 0.0f;
    return z;
}
