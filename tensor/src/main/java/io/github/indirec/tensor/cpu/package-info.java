/**
 * The CPU backend. For each op family: {@code ScalarX}, plain loops over raw arrays and the specification;
 * {@code VectorX}, the same bits through the Vector API; {@code CpuX}, which unwraps tensors, shares rows out among
 * threads and picks one of the two. The float64 twins {@code Float64X} are generated from the scalar text by the build.
 *
 * <p>One arithmetic: matrix products add over k in order with fused multiply-add; reductions run over 16 lanes (element
 * i goes to lane i mod 16) and a fixed tree; transcendental functions are polynomials of our own. So the same seed
 * gives the same bytes with AVX2, with AVX-512, without the Vector API, on any JDK, with any number of threads.
 */
package io.github.indirec.tensor.cpu;
