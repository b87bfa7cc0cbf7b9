/**
 * A simulator of CUDA kernels: runs PTX text warp by warp in plain Java, checks every access, and counts what the
 * memory system would have to do.
 *
 * <p>{@link io.github.indirec.kernels.sim.Simulator} is the place to start; {@link
 * io.github.indirec.kernels.sim.SimulatedDriver} puts it behind the interface of a CUDA driver.
 */
package io.github.indirec.kernels.sim;
