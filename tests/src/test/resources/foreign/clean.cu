// Kernels in order that a checker could take for faulty, or whose instructions are seldom seen. Compiled by
// nvcc -ptx -arch=compute_75 -O3; the .ptx beside it is what is run.
typedef unsigned int u32;
typedef unsigned long long u64;
constexpr u32 ALL = 0xffffffffu;

extern "C" {

// Whole warps leave before the barrier.
__global__ void warpsLeave(const int* x, int n, int* out) {
    __shared__ int s[128];
    int t = threadIdx.x;
    if ((t & ~31) >= n) return;
    s[t] = t < n ? x[t] : 0;
    __syncthreads();
    if (t == 0) {
        int sum = 0;
        for (int i = 0; i < (n + 31) / 32 * 32; i++) sum += s[i];
        out[0] = sum;
    }
}

// Lanes leave before the barrier, after a store.
__global__ void lanesLeave(const int* x, int n, int* out) {
    __shared__ int s[128];
    int t = threadIdx.x;
    if (t >= n) {
        out[t] = -1;
        return;
    }
    s[t] = x[t];
    __syncthreads();
    out[t] = s[n - 1 - t];
}

// Warps leave a loop of barriers one after another. Unrolled, warps would wait at different copies of a barrier.
__global__ void warpsLeaveALoop(const int* x, int* out) {
    __shared__ int s[128];
    int t = threadIdx.x, sum = 0;
#pragma unroll 1
    for (int i = 0; ; i++) {
        if (i > t / 32) return;
        s[t] = x[t] + i;
        __syncthreads();
        sum += s[t ^ 1];
        out[t] = sum;
        __syncthreads();
    }
}

__global__ void doubleBuffer(const int* x, int rounds, int* out) {
    __shared__ int s[2][96];
    int t = threadIdx.x, v = x[t];
    for (int r = 0; r < rounds; r++) {
        s[r & 1][t] = v;
        __syncthreads();
        v += s[r & 1][(t + 1) % 96];
    }
    out[t] = v;
}

__global__ void treeAndShuffles(const int* x, int n, int* out) {
    __shared__ int s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0;
    __syncthreads();
    for (int d = blockDim.x / 2; d >= 32; d >>= 1) {
        if (t < d) s[t] += s[t + d];
        __syncthreads();
    }
    if (t < 32) {
        int v = s[t];
        for (int d = 16; d > 0; d >>= 1) v += __shfl_down_sync(ALL, v, d);
        if (t == 0) out[blockIdx.x] = v;
    }
}

__global__ void treeOfSyncwarps(const int* x, int* out) {
    __shared__ int s[64];
    int t = threadIdx.x;
    s[t] = x[t];
    __syncthreads();
    if (t < 32) {
        for (int d = 32; d > 0; d >>= 1) {
            int v = s[t] + (t + d < 64 ? s[t + d] : 0);
            __syncwarp();
            s[t] = v;
            __syncwarp();
        }
        if (t == 0) out[0] = s[0];
    }
}

// A block of 33 or 65 threads; masks from ballots.
__global__ void lastPartialWarp(const int* x, int n, int* out) {
    int t = threadIdx.x, rest = blockDim.x - (t & ~31);
    u32 mask = __ballot_sync(rest >= 32 ? ALL : (1u << rest) - 1, t < n);
    if (t < n) {
        int v = x[t];
        for (int d = 16; d > 0; d >>= 1) {
            int o = __shfl_down_sync(mask, v, d, 32), from = (t & 31) + d;
            if (from < 32 && (mask >> from & 1)) v += o;
        }
        if ((t & 31) == 0) out[t / 32] = v;
    }
}

__global__ void halvesOfAWarp(const int* x, int* out) {
    int t = threadIdx.x, v = x[t];
    if ((t & 31) < 16) {
        for (int d = 8; d > 0; d >>= 1) v += __shfl_xor_sync(0xffffu, v, d, 16);
    } else {
        for (int d = 8; d > 0; d >>= 1) v = max(v, __shfl_xor_sync(0xffff0000u, v, d, 16));
    }
    out[t] = v;
}

__global__ void scanOfABlock(const int* x, int* out) {
    __shared__ int totals[32];
    int t = threadIdx.x, lane = t & 31, v = x[t];
    for (int d = 1; d < 32; d <<= 1) {
        int u = __shfl_up_sync(ALL, v, d);
        if (lane >= d) v += u;
    }
    if (lane == 31) totals[t >> 5] = v;
    __syncthreads();
    if (t < 32) {
        int a = t < blockDim.x / 32 ? totals[t] : 0;
        for (int d = 1; d < 32; d <<= 1) {
            int u = __shfl_up_sync(ALL, a, d);
            if (t >= d) a += u;
        }
        totals[t] = a;
    }
    __syncthreads();
    out[t] = v + (t >= 32 ? totals[(t >> 5) - 1] : 0);
}

// Rank of each lane among the lanes of equal value: a loop of as many rounds as there are values.
__global__ void leaders(const int* x, int* out) {
    int t = threadIdx.x, k = x[t], rank = 0;
    for (u32 todo = ALL; todo;) {
        int leader = __shfl_sync(ALL, k, __ffs(todo) - 1);
        u32 same = __ballot_sync(ALL, k == leader);
        if (k == leader) rank = __popc(same & ((1u << (t & 31)) - 1));
        todo &= ~same;
    }
    out[t] = rank + 100 * __popc(__match_any_sync(ALL, k));
}

__global__ void votes(const int* x, int* out) {
    int t = threadIdx.x, v = x[t], p;
    int all = __match_all_sync(ALL, v >> 8, &p) == ALL && p;
    out[t] = (__any_sync(ALL, v > 90) ? 1 : 0) + (__all_sync(ALL, v > 90) ? 2 : 0) + 4 * all + 8 * __syncthreads_count(v > 50)
        + (__syncthreads_or(v == 7) ? 4096 : 0) + (__syncthreads_and(v >= 0) ? 8192 : 0);
}

__global__ void atomics(const int* x, int n, int* histogram, int* extremes, u64* total, u32* bits) {
    __shared__ int s[16];
    int t = threadIdx.x;
    if (t < 16) s[t] = 0;
    __syncthreads();
    for (int i = blockIdx.x * blockDim.x + t; i < n; i += gridDim.x * blockDim.x) {
        int v = x[i];
        atomicAdd(&s[v & 15], 1);
        atomicMax(extremes, v);
        atomicMin(extremes + 1, v);
        atomicAdd(total, (u64)v << 30);
        atomicOr(bits, 1u << (v & 31));
        atomicXor(bits + 1, (u32)v);
    }
    __syncthreads();
    if (t < 16) atomicAdd(&histogram[t], s[t]);
}

struct Record {
    int a;
    short b;
    signed char c;
    double d;
    float e[3];
};

__global__ void records(const Record* x, Record* y, Record p, int n) {
    int i = threadIdx.x;
    if (i < n) {
        Record r = x[i];
        r.a += p.a;
        r.b -= p.b;
        r.c ^= p.c;
        r.d *= p.d;
        r.e[1] += p.e[(i + n) % 3];
        y[i] = r;
    }
}

__global__ void quads(const float4* x, float4* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n && (i & 16)) {
        float4 v = x[i];
        out[i] = make_float4(v.w, v.z, v.y, v.x);
    } else if (i < n) {
        out[i] = x[i];
    }
}

__global__ void longs(const long long* x, long long* out) {
    int i = threadIdx.x;
    long long a = x[2 * i], b = x[2 * i + 1], *o = out + 12 * i;
    o[0] = a * b;
    o[1] = a / b;
    o[2] = a % b;
    o[3] = (u64)a / (u64)b;
    o[4] = (u64)a % (u64)b;
    o[5] = a << (b & 63);
    o[6] = a >> (b & 63);
    o[7] = (u64)a >> (b & 63);
    o[8] = __mul64hi(a, b);
    o[9] = __popcll(a) + 100 * __clzll(a) + 10000 * __ffsll(a);
    o[10] = __brevll(a);
    o[11] = min(a, b);
}

__global__ void doubles(const double* x, double* out) {
    int i = threadIdx.x;
    double a = x[2 * i], b = x[2 * i + 1], *o = out + 8 * i;
    o[0] = a / b;
    o[1] = sqrt(fabs(a));
    o[2] = fma(a, b, 1.0);
    o[3] = floor(a);
    o[4] = rint(a);
    o[5] = (double)(float)a;
    o[6] = (double)(long long)a;
    o[7] = fmax(a, b);
}

__global__ void ints(const int* x, int* out) {
    int i = threadIdx.x, a = x[2 * i], b = x[2 * i + 1], *o = out + 16 * i;
    u32 ua = a, ub = b;
    o[0] = a / b;
    o[1] = a % b;
    o[2] = ua / ub;
    o[3] = ua % ub;
    o[4] = a / 7;
    o[5] = a % 7;
    o[6] = ua / 10u;
    o[7] = ua % 1000u;
    o[8] = __popc(a) + 100 * __clz(a) + 10000 * __ffs(a);
    o[9] = __brev(a);
    o[10] = __byte_perm(a, b, 0x6240);
    o[11] = __funnelshift_l(a, b, b & 31);
    o[12] = __funnelshift_r(a, b, 7);
    o[13] = __dp4a(a, b, 5);
    o[14] = __mulhi(a, b);
    o[15] = __umulhi(ua, ub);
}

__global__ void narrow(const signed char* a, const unsigned char* b, const short* c, signed char* d, unsigned short* e) {
    int i = threadIdx.x, s = a[i] * b[i] - c[i];
    d[i] = (signed char)s;
    e[i] = (unsigned short)(s >> 3);
}

__global__ void functions(const float* x, float* out) {
    int i = threadIdx.x;
    float a = x[2 * i], b = x[2 * i + 1], *o = out + 20 * i;
    sincospif(a, o, o + 1);
    o[2] = expf(a);
    o[3] = logf(fabsf(a));
    o[4] = powf(fabsf(a), b);
    o[5] = erff(a);
    o[6] = tanhf(a);
    o[7] = rsqrtf(fabsf(a));
    o[8] = fmodf(a, b);
    o[9] = sqrtf(fabsf(a));
    o[10] = a / b;
    o[11] = rintf(a);
    o[12] = log1pf(fabsf(a));
    o[13] = expm1f(a);
    o[14] = atanf(a);
    o[15] = cbrtf(a);
    o[16] = sinf(1000000.0f * a);
    o[17] = cosf(a);
    o[18] = hypotf(a, b);
    o[19] = roundf(a);
}

__constant__ float table[8] = {1, 2, 4, 8, 16, 32, 64, 128};
__constant__ int2 pairs[3] = {{1, 2}, {3, 4}, {5, 0}};
__device__ float fractions[4] = {.5f, .25f, .125f, .0625f};
__device__ int counter;

__global__ void variables(const int* x, float* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        out[i] = table[x[i] & 7] + pairs[x[i] % 3].y * fractions[i & 3];
        atomicAdd(&counter, 1);
    }
}

__global__ void switches(const int* x, int* out) {
    int i = threadIdx.x, r;
    switch (x[i]) {
        case 0: r = i * 3; break;
        case 1: r = i + 7; break;
        case 2: r = x[i + 1] ^ 5; break;
        case 3: r = i << 2; break;
        case 4: out[i + 64] = 9; r = -i; break;
        case 5: r = i * i; break;
        case 6: r = x[i + 2] / 3; break;
        case 7: r = i % 5; break;
        default: r = -1;
    }
    out[i] = r;
}

__global__ void threeDimensions(int* out) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    int z = blockIdx.z * blockDim.z + threadIdx.z;
    out[(z * gridDim.y * blockDim.y + y) * gridDim.x * blockDim.x + x] = x + 100 * y + 10000 * z;
}

__global__ void collatz(const int* x, int* out, int n) {
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        int steps = 0;
        for (u32 v = x[i]; v != 1; steps++) v = v & 1 ? 3 * v + 1 : v / 2;
        out[i] = steps;
    }
}

__global__ void localArray(const int* x, int* out, int n) {
    int h[8], t = threadIdx.x, s = 0;
    for (int k = 0; k < 8; k++) h[k] = 0;
    for (int k = 0; k < n; k++) h[x[k] & 7] += k + t;
    for (int k = 0; k < 8; k++) s = s * 3 + h[(k + t) & 7];
    out[t] = s;
}

__global__ void transposed(const float* x, float* out, int w, int h) {
    __shared__ float s[16][17];
    int c = blockIdx.x * 16 + threadIdx.x, r = blockIdx.y * 16 + threadIdx.y;
    if (c < w && r < h) s[threadIdx.y][threadIdx.x] = x[r * w + c];
    __syncthreads();
    c = blockIdx.y * 16 + threadIdx.x;
    r = blockIdx.x * 16 + threadIdx.y;
    if (c < h && r < w) out[r * h + c] = s[threadIdx.x][threadIdx.y];
}

__global__ void ownWordsAlone(volatile int* x, int* out) {
    int t = threadIdx.x;
    x[t] = t;
    x[t] = x[t] + 1;
    out[t] = x[t];
}

__global__ void dynamicShared(const int* x, int* out) {
    extern __shared__ int d[];
    int t = threadIdx.x;
    d[t] = x[t];
    __syncthreads();
    out[t] = d[blockDim.x - 1 - t];
}

__global__ void compareAndSwap(double* sum, int n) {
    u64* place = (u64*)sum;
    for (u64 old = 0, seen = ~0ull; old != seen;) {
        seen = old;
        old = atomicCAS(place, seen, (u64)__double_as_longlong(1.0 + __longlong_as_double(seen)));
    }
}
}
