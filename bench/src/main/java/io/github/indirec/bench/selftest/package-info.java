/** {@code indirec selftest}: every op of a device against the scalar CPU kernels, with times and predictions. */
package io.github.indirec.bench.selftest;
