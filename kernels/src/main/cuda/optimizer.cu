// Parameter updates: AdamW streams (stream.cuh) and rounds as the CPU does; the sum of squares of a tensor is summed by
// blocks in float32 and over blocks in float64, in an order that depends on the size alone.
#include "reduce.cuh"

struct AdamW {
    float gradientScale, beta1, oneMinusBeta1, beta2, oneMinusBeta2, decay, stepSize, rootScale, eps;
};

// g' = gradientScale g; m = beta1 m + (1 - beta1) g'; v = beta2 v + (1 - beta2) g'^2;
// p = decay p - stepSize m / (sqrt(v) rootScale + eps).
extern "C" __global__ void adamW(float* p, const float* g, float* m, float* v, AdamW a, u32 n) {
    stream(n, aligned(p, g, m, v), [=](auto at) {
        auto gi = map([=](float x) { return a.gradientScale * x; }, load(g, at));
        auto first = [=](float x, float gradient) { return fmaf(a.beta1, x, a.oneMinusBeta1 * gradient); };
        auto second = [=](float x, float gradient) {
            return fmaf(a.beta2, x, a.oneMinusBeta2 * (gradient * gradient));
        };
        auto step = [=](float x, float mean, float square) {
            float denominator = fmaf(sqrtf(square), a.rootScale, a.eps);
            return fmaf(a.decay, x, -(a.stepSize * mean / denominator));
        };
        auto mi = map(first, load(m, at), gi);
        auto vi = map(second, load(v, at), gi);
        store(p, at, map(step, load(p, at), mi, vi));
        store(m, at, mi);
        store(v, at, vi);
    });
}

// out[block] = sum of the squares of the block's 4096 values.
extern "C" __global__ void sumOfSquares(const float* x, u32 n, float* out) {
    float total = blockSum(tileSum(x, n, [](float a, float value) { return fmaf(value, value, a); }));
    if (threadIdx.x == 0) out[blockIdx.x] = total;
}

// out = sum of the blocks' sums, by one block.
extern "C" __global__ void sumBlocks(const float* sums, u32 count, double* out) {
    double total = 0.0;
    for (u32 i = threadIdx.x; i < count; i += THREADS) total += (double)sums[i];
    total = blockSum(total);
    if (threadIdx.x == 0) out[0] = total;
}
