/**
 * The command {@code indirec bench}: runs benchmarks, writes what they measured to a file, and puts the figures into
 * the README. The benchmarks of kernels lie in the kernels' own package.
 */
package io.github.indirec.bench;
