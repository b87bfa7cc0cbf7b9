// Reading rankings off score rows: ranks of targets, masks, and the best columns of a row.
//
// The best k come by sorting: a block turns 2048 scores into keys, sorts them in shared memory and hands on its first
// k; blocks of 2048 keys of these do the same until one is left. A key is the score's bits, made to order like the
// score, above the complement of the column, so that all keys differ and ties go to the smaller column.
#include "reduce.cuh"
#include "sectors.cuh"

#define MINUS_INFINITY __int_as_float(0xff800000)

// ranks[i] = 1 + the columns from `from` to `to` whose score is greater than the target's, 0 where one of these scores
// is not a number. First the columns seen[offsets[i]] to seen[offsets[i + 1] - 1], all different and not the target,
// get seenScore. A block a row.
extern "C" __global__ void rankTargets(
    float* scores, const u32* targets, const u32* offsets, const u32* seen, u32 from, u32 to, float seenScore,
    u32 width, u32* ranks) {
    u32 i = blockIdx.x;
    float* row = scores + (u64)i * width;
    u32 end = offsets[i + 1];
    for (u32 s = offsets[i] + threadIdx.x; s < end; s += THREADS) row[seen[s]] = seenScore;
    __syncthreads();
    float target = row[targets[i]];
    u32 greater = 0, compared = 0;
    u32 first = from + threadIdx.x - skew(row + from);
#pragma unroll 4
    for (u32 k = 0; k < to - from + 8; k += THREADS) {
        u32 j = first + k;
        // Before `from`, and so below 0 too, j - from wraps around.
        if (j - from < to - from) {
            float score = row[j];
            greater += score > target;
            compared += score > target || score <= target;
        }
    }
    greater = blockSum(greater);
    __syncthreads();
    compared = blockSum(compared);
    if (threadIdx.x == 0) ranks[i] = compared == to - from ? greater + 1 : 0;
}

// Writes -infinity over the columns of a row whose bit is not set.
extern "C" __global__ void maskRow(float* row, const u32* kept, u32 width) {
    u32 j = blockIdx.x * THREADS + threadIdx.x;
    if (j < width && (kept[j / 32] >> j % 32 & 1) == 0) row[j] = MINUS_INFINITY;
}

constexpr u32 SORTED = 2 * TILE;

// 0 for -infinity, which is left out; the upper half all ones for what is not a number. -0 orders like 0.
__device__ __forceinline__ u64 keyOf(float score, u32 column) {
    u32 bits = __float_as_uint(score + 0.0f);
    u32 ordered = bits ^ ((u32)((int)bits >> 31) | 0x80000000u);
    if (score != score) ordered = 0xffffffffu;
    return score == MINUS_INFINITY ? 0 : (u64)ordered << 32 | ~column;
}

// Place of the i-th key: every other 16 are turned round, so that the lanes of a half warp meet in no bank at any
// distance.
__device__ __forceinline__ u32 place(u32 i) {
    return i ^ (i >> 4 & 1) * 15;
}

// Batcher's bitonic sort, greatest first.
__device__ __forceinline__ void sort(u64* keys) {
    for (u32 size = 2; size <= SORTED; size *= 2) {
        for (u32 distance = size / 2; distance > 0; distance /= 2) {
            // Up to a distance of 32 a warp's pairs lie among its own 64 keys.
            if (distance >= 32) {
                __syncthreads();
            } else {
                __syncwarp();
            }
#pragma unroll
            for (u32 pair = threadIdx.x; pair < SORTED / 2; pair += THREADS) {
                u32 i = 2 * pair - (pair & (distance - 1));
                u64 a = keys[place(i)], b = keys[place(i + distance)];
                bool exchange = (a < b) == ((i & size) == 0);
                keys[place(i)] = exchange ? b : a;
                keys[place(i + distance)] = exchange ? a : b;
            }
        }
    }
    __syncthreads();
}

// Sorts the keys of this block's 2048 places and stores the first k. key(i) is asked for i below n.
template <class Key>
__device__ __forceinline__ void best(u32 n, u32 k, u64* out, Key key) {
    __shared__ u64 keys[SORTED];
    u32 first = blockIdx.x * SORTED;
#pragma unroll
    for (u32 at = threadIdx.x; at < SORTED; at += THREADS) keys[place(at)] = first + at < n ? key(first + at) : 0;
    __syncthreads();
    sort(keys);
    for (u32 at = threadIdx.x; at < k; at += THREADS) out[blockIdx.x * k + at] = keys[place(at)];
}

// The k greatest keys up to `limit` of every 2048 columns of row[from] to row[to - 1].
extern "C" __global__ void bestScores(const float* row, u32 from, u32 to, u64 limit, u32 k, u64* out) {
    u32 skipped = skew(row + from);
    best(to - from + skipped, k, out, [=](u32 i) -> u64 {
        if (i < skipped) return 0;
        u32 column = from + i - skipped;
        u64 key = keyOf(row[column], column);
        return key <= limit ? key : 0;
    });
}

// The k greatest of every 2048 of n keys.
extern "C" __global__ void bestKeys(const u64* keys, u32 n, u32 k, u64* out) {
    best(n, k, out, [=](u32 i) { return keys[i]; });
}
