/** The CUDA backend: an op family a class, each over the kernels of the .cu file of its name. */
package io.github.indirec.kernels;
