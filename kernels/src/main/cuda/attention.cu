// Attention within each sequence of a packed batch, forward and backward: attention.cuh.
//
// Launch: grid (tasks, heads), 128 threads; a task is 8 ints: row of the sequence's first query, number of queries, row
// of its first key, number of keys, index of the tile's first query (key, for attention_backward_keys), coordinate of
// the first query, position of the first key, 0. attention_backward_queries runs before attention_backward_keys, which
// reads its delta.
#include "attention_backward.cuh"
#include "attention_forward.cuh"

#define ATTENTION_KERNELS(P)                                                                                           \
    extern "C" __global__ void __launch_bounds__(THREADS, 3) attention_forward_##P(                                    \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, WRITTEN out, WRITTEN saved) {                                \
        attentionForward<P, false>(ATTENTION, q, k, v, nullptr, nullptr, out, saved);                                  \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 3) attention_backward_queries_##P(                           \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ out, READ saved, READ dout,                             \
            WRITTEN dq, WRITTEN delta) {                                                                               \
        attentionBackwardQueries<P, false>(ATTENTION, q, k, v, nullptr, nullptr, out, saved, dout, dq, delta);         \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, 3) attention_backward_keys_##P(                              \
            ATTENTION_PARAMETERS, READ q, READ k, READ v, READ saved, READ delta, READ dout, WRITTEN dk, WRITTEN dv) { \
        attentionBackwardKeys<P, false>(ATTENTION, q, k, v, nullptr, nullptr, saved, delta, dout, dk, dv);             \
    }

ATTENTION_KERNELS(8)
ATTENTION_KERNELS(16)
ATTENTION_KERNELS(32)
ATTENTION_KERNELS(64)
ATTENTION_KERNELS(128)
