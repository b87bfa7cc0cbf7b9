// Rows that may start anywhere, read in whole 32-byte sectors: threads count from the sector in which a row begins.
#pragma once
#include "common.cuh"

// Values between the last sector boundary and x.
__device__ __forceinline__ u32 skew(const float* x) {
    return (u32)(reinterpret_cast<u64>(x) / sizeof(float)) % 8;
}
