/**
 * Tensors on devices. {@link io.github.indirec.tensor.Backends} opens a device,
 * {@link io.github.indirec.tensor.TensorScope} owns what is allocated on it, and {@code tensor.spi} is the contract
 * between the ops above and the kernels of a device below.
 */
package io.github.indirec.tensor;
