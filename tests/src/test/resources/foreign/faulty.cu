// Small kernels with one fault each, as other people's kernels have them. n is the number of values of x.
typedef unsigned int u32;
extern "C" {

__global__ void missingBarrier(float* x, int n) {
    __shared__ float s[128];
    int t = threadIdx.x;
    s[t] = x[t];
    for (int d = 64; d > 0; d >>= 1) {
        if (t < d) s[t] += s[t + d];
        __syncthreads();
    }
    if (t == 0) x[0] = s[0];
}

__global__ void writeAfterRead(float* x, int n) {
    __shared__ float s[128];
    int t = threadIdx.x;
    float sum = 0;
    for (int i = 0; i < 3; i++) {
        s[t] = x[t] + i;
        __syncthreads();
        sum += s[127 - t];
    }
    x[t] = sum;
}

__global__ void warpWithoutSyncwarp(float* x, int n) {
    __shared__ volatile float s[64];
    int t = threadIdx.x;
    s[t] = x[t];
    s[t + 32] = 0;
    for (int d = 16; d > 0; d >>= 1) s[t] += s[t + d];
    x[t] = s[t];
}

__global__ void sameInstruction(float* x, int n) {
    x[threadIdx.x] = x[(threadIdx.x + 1) % n];
}

__global__ void doubleBufferOneBarrierShort(float* x, int n) {
    __shared__ float s[2][128];
    int t = threadIdx.x;
    s[0][t] = x[t];
    __syncthreads();
    for (int i = 0; i < 4; i++) {
        s[(i + 1) & 1][t] = s[i & 1][(t + 1) & 127];
        if (i & 1) __syncthreads();
    }
    x[t] = s[0][t];
}

__global__ void histogramBetweenBlocks(float* x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    x[n - 1 - (i & 3)] += 1;
}

__global__ void bytesOfOneWord(char* x, int n) {
    x[threadIdx.x / 2] = 1;
}

__global__ void atomicAndPlain(int* x, int n) {
    atomicAdd(x, 1);
    if (threadIdx.x == 40) x[1] = x[0];
}

__global__ void onePastTheEnd(float* x, int n) {
    int i = threadIdx.x;
    if (i <= n) x[i] = 1;
}

__global__ void oneBefore(float* x, int n) {
    x[(int)threadIdx.x - 1] = 1;
}

__global__ void pastSharedArray(float* x, int n) {
    __shared__ float s[32], r[32];
    int t = threadIdx.x;
    s[t % 32] = 1;
    r[t % 32] = 2;
    __syncthreads();
    x[t % n] = s[t] + r[t % 32];
}

__global__ void nullPointer(float* x, int n) {
    float* p = (float*)(size_t)(n / 1000);
    x[threadIdx.x] = p[threadIdx.x];
}

__global__ void misalignedPair(float* x, int n) {
    float2 pair = ((float2*)(x + 1))[threadIdx.x / 4];
    x[threadIdx.x] = pair.x + pair.y;
}

__global__ void misalignedQuad(float* x, int n) {
    ((float4*)(x + 2))[threadIdx.x / 64] = make_float4(1, 2, 3, 4);
}

__global__ void sharedAlignedForWordsAlone(float* x, int n) {
    __shared__ float s[128];
    int t = threadIdx.x;
    s[t] = x[t];
    __syncthreads();
    float4 quad = ((float4*)s)[t % 32];
    x[t] = quad.x + quad.y + quad.z + quad.w;
}

__global__ void uninitialisedShared(float* x, int n) {
    __shared__ float s[128];
    int t = threadIdx.x;
    if (t < 100) s[t] = x[t];
    __syncthreads();
    if (s[t] > 0) x[t] = 1;
}

__global__ void uninitialisedLocal(float* x, int n) {
    int h[8];
    int t = threadIdx.x;
    for (int k = 0; k < 7; k++) h[(k + t) & 7] = k;
    x[t] = h[n & 7];
}

__global__ void divergentBarrierWithinWarp(float* x, int n) {
    if (threadIdx.x % 32 < 16) __syncthreads();
    x[threadIdx.x] += 1;
}

__global__ void divergentBarrierBetweenWarps(float* x, int n) {
    if (threadIdx.x < 64) __syncthreads();
    x[threadIdx.x] += 1;
}

__global__ void barrierInLoopOfDifferentLengths(float* x, int n) {
    int t = threadIdx.x;
    for (int i = 0; i < t / 32; i++) __syncthreads();
    x[t] += 1;
}

__global__ void barrierInBothBranches(float* x, int n) {
    int t = threadIdx.x;
    if (t < 64) {
        x[t] += 1;
        __syncthreads();
        x[t] += 2;
    } else {
        x[t] += 3;
        __syncthreads();
        x[t] += 4;
    }
}

__global__ void shuffleFromLaneThatLeft(float* x, int n) {
    int t = threadIdx.x;
    if (t % 32 >= 24) return;
    x[t] = __shfl_down_sync(0xffffffffu, x[t], 8);
}

__global__ void shuffleInBranch(float* x, int n) {
    int t = threadIdx.x;
    float v = x[t];
    if (t % 2) v += __shfl_xor_sync(0xffffffffu, v, 2);
    x[t] = v + 1;
}

__global__ void syncwarpWithAbsentLanes(float* x, int n) {
    int t = threadIdx.x;
    if (t % 32 < 8) __syncwarp();
    x[t] += 1;
}

__global__ void syncwarpOfTooFewLanes(float* x, int n) {
    __shared__ float s[128];
    int t = threadIdx.x;
    s[t] = x[t];
    __syncwarp(t % 32 < 16 ? 0xffffu : 0xffff0000u);
    x[t] = s[t ^ 16];
}

__global__ void forEver(float* x, int n) {
    volatile float* v = x;
    while (v[0] == v[0]) {}
}

__global__ void dynamicSharedNotGiven(float* x, int n) {
    extern __shared__ float d[];
    d[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    x[threadIdx.x] = d[127 - threadIdx.x];
}

__global__ void trapped(float* x, int n) {
    if (threadIdx.x == n - 50) __trap();
}

__global__ void staleReadOnly(float* __restrict__ y, int n) {
    y[threadIdx.x] = 2;
    __syncthreads();
    y[threadIdx.x] = __ldg(y + (threadIdx.x + 1) % n);
}
}
