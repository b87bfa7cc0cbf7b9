/** The CUDA driver behind one thin interface: JCuda's, or the simulator's. */
package io.github.indirec.kernels.driver;
