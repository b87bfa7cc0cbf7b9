// Dot products of 64 rows of one matrix with 64 rows of another, by a block of 128 threads, sums in registers.
//
// The columns come through shared memory in slices of 16. Thread (tx, ty), tx < 16 and ty < 8, owns the products of the
// rows ty + 8 i of a with tx + 16 j of b, 8 x 4 sums, each added up in the order of the columns by fused multiply-adds
// as the CPU's matrix product is: the bits are the same. Twelve 16-byte loads serve 128 multiply-adds, and the eight of
// a are broadcasts.
//
// A slice keeps the rows as they are. The four 16-byte quads of a row are permuted by its number, so that the eight
// lanes of a quarter warp meet in no bank, neither when they store nor when they load.
#pragma once
#include "stream.cuh"

constexpr u32 SIDE = 64;
constexpr u32 SLICE = 16;
constexpr u32 PRODUCT_THREADS = 128;

struct Slices {
    float a[SIDE * SLICE], b[SIDE * SLICE];
};

// Rows of a row-major matrix from `first` on; those from `rows` on count as 0.
struct Rows {
    const float* values;
    u32 first, rows, width;
    // Whether rows can be read 16 bytes at a time.
    bool wide;

    __device__ __forceinline__ Rows(const float* values, u32 rows, u32 width)
        : values(values), first(0), rows(rows), width(width), wide(width % 4 == 0 && aligned(values)) {}

    __device__ __forceinline__ float at(u32 row, u32 column) const {
        return first + row < rows && column < width ? values[(first + row) * width + column] : 0.0f;
    }

    // Four columns of a wide matrix.
    __device__ __forceinline__ float4 quad(u32 row, u32 column) const {
        return first + row < rows && column < width
            ? *reinterpret_cast<const float4*>(values + (first + row) * width + column)
            : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    }
};

__device__ __forceinline__ u32 tx() {
    return threadIdx.x % 16;
}

__device__ __forceinline__ u32 ty() {
    return threadIdx.x / 16;
}

// Place of the q-th quad of a row of a slice.
__device__ __forceinline__ u32 quadPlace(u32 row, u32 q) {
    return row * SLICE + (q ^ row / 2 % 4) * 4;
}

__device__ __forceinline__ float4 quadAt(const float* values, u32 place) {
    return *reinterpret_cast<const float4*>(values + place);
}

__device__ __forceinline__ void loadSlice(const Rows& from, u32 column, float* slice) {
    if (from.wide) {
#pragma unroll
        for (u32 at = threadIdx.x; at < SIDE * SLICE / 4; at += PRODUCT_THREADS) {
            u32 row = at / 4, q = at % 4;
            *reinterpret_cast<float4*>(slice + quadPlace(row, q)) = from.quad(row, column + 4 * q);
        }
    } else {
#pragma unroll
        for (u32 at = threadIdx.x; at < SIDE * SLICE; at += PRODUCT_THREADS) {
            u32 row = at / SLICE, c = at % SLICE;
            slice[quadPlace(row, c / 4) + c % 4] = from.at(row, column + c);
        }
    }
}

// sums += the products of the columns of one slice.
__device__ __forceinline__ void multiplySlice(const Slices& slices, float (&sums)[8][4]) {
#pragma unroll 1
    for (u32 q = 0; q < SLICE / 4; q++) {
        float4 b[4];
#pragma unroll
        for (u32 j = 0; j < 4; j++) b[j] = quadAt(slices.b, quadPlace(tx() + 16 * j, q));
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
            float4 a = quadAt(slices.a, quadPlace(ty() + 8 * i, q));
#pragma unroll
            for (u32 j = 0; j < 4; j++) {
                float sum = fmaf(a.x, b[j].x, sums[i][j]);
                sum = fmaf(a.y, b[j].y, sum);
                sum = fmaf(a.z, b[j].z, sum);
                sums[i][j] = fmaf(a.w, b[j].w, sum);
            }
        }
    }
}

// sums = the products of 64 rows of a with 64 rows of b. Calls each() while a slice lies in shared memory. Begins with
// a barrier, after which the slices are overwritten, and ends without one.
template <class Each>
__device__ __forceinline__ void multiplyRows(
    const Rows& a, const Rows& b, Slices& slices, float (&sums)[8][4], Each each) {
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
#pragma unroll
        for (u32 j = 0; j < 4; j++) sums[i][j] = 0.0f;
    }
    for (u32 column = 0; column < a.width; column += SLICE) {
        __syncthreads();
        loadSlice(a, column, slices.a);
        loadSlice(b, column, slices.b);
        __syncthreads();
        each();
        multiplySlice(slices, sums);
    }
}
