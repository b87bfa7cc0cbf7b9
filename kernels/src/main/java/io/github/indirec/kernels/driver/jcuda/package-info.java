/**
 * All that touches JCuda's classes. This package and JCuda are defined by a class loader of their own
 * ({@code JCudaLoader} beside it says why): nothing outside may name these classes, only the interfaces they implement.
 */
package io.github.indirec.kernels.driver.jcuda;
