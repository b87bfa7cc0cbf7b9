// GELU, SiLU and gates, element by element; see stream.cuh for the layout and floatmath.cuh for exp and erf. Each value
// rounds as on the CPU, operation for operation, so that results have the CPU's bits. An output may be an input where
// ElementwiseKernels allows it: a thread reads all of a place before it writes there.
#include "gelu.cuh"
#include "stream.cuh"

// 1 / sqrt(2 pi)
#define NORMAL_PEAK 0.39894228040143267794f

__device__ __forceinline__ float sigmoid(float x) {
    return 1.0f / (floatExp(-x) + 1.0f);
}

// out = v Phi(v) with v = x + bias of the column.
extern "C" __global__ void biasGelu(const float* x, const float* bias, u32 width, u32 n, float* out) {
    stream(n, aligned(x, bias, out) && width % 4 == 0, [=](auto at) {
        auto gelu = [](float a, float b) { return geluOf(a + b); };
        store(out, at, map(gelu, load(x, at), load(bias, column(at, width))));
    });
}

// As biasGelu, and slope = Phi(v) + v phi(v).
extern "C" __global__ void biasGeluWithSlope(
    const float* x, const float* bias, u32 width, u32 n, float* out, float* slope) {
    stream(n, aligned(x, bias, out, slope) && width % 4 == 0, [=](auto at) {
        auto v = map([](float a, float b) { return a + b; }, load(x, at), load(bias, column(at, width)));
        auto cdf = map([](float a) { return normalCdf(a); }, v);
        auto derivative = [](float a, float phi) {
            return fmaf(a, NORMAL_PEAK * floatExp(-0.5f * (a * a)), phi);
        };
        store(out, at, map([](float a, float phi) { return a * phi; }, v, cdf));
        store(slope, at, map(derivative, v, cdf));
    });
}

// out = x sigmoid(x).
extern "C" __global__ void silu(const float* x, u32 n, float* out) {
    stream(n, aligned(x, out), [=](auto at) {
        store(out, at, map([](float a) { return a / (floatExp(-a) + 1.0f); }, load(x, at)));
    });
}

// dx = dy (s + x s (1 - s)) with s = sigmoid(x).
extern "C" __global__ void siluBackward(const float* x, const float* dy, u32 n, float* dx) {
    stream(n, aligned(x, dy, dx), [=](auto at) {
        auto gradient = [](float a, float upstream) {
            float s = sigmoid(a);
            return upstream * fmaf(a * s, 1.0f - s, s);
        };
        store(dx, at, map(gradient, load(x, at), load(dy, at)));
    });
}

// out = g x + (1 - g) y with the gates g = sigmoid(z); zWidth is 0 where z has the shape of x, else the length of z,
// which is one row for all rows.
extern "C" __global__ void gate(
    const float* z, u32 zWidth, const float* x, const float* y, u32 n, float* gates, float* out) {
    stream(n, aligned(z, x, y, gates, out) && zWidth % 4 == 0, [=](auto at) {
        auto g = map([](float a) { return sigmoid(a); }, load(z, zWidth == 0 ? at : column(at, zWidth)));
        auto mix = [](float open, float a, float b) { return fmaf(open, a, (1.0f - open) * b); };
        auto mixed = map(mix, g, load(x, at), load(y, at));
        store(gates, at, g);
        store(out, at, mixed);
    });
}

// dx = g dout, dy = (1 - g) dout, dz = dout (x - y) g (1 - g).
extern "C" __global__ void gateBackward(
    const float* gates, const float* x, const float* y, const float* dout, u32 n, float* dz, float* dx, float* dy) {
    bool wide = aligned(gates, x, y, dout, dz) && aligned(dx, dy);
    stream(n, wide, [=](auto at) {
        auto g = load(gates, at);
        auto upstream = load(dout, at);
        auto difference = map([](float a, float b) { return a - b; }, load(x, at), load(y, at));
        auto open = map([](float a, float b) { return a * b; }, g, upstream);
        store(dz, at, map([](float d, float o, float a) { return d * (o * (1.0f - a)); }, difference, open, g));
        store(dx, at, open);
        store(dy, at, map([](float a, float b) { return (1.0f - a) * b; }, g, upstream));
    });
}
