/**
 * The ops, one class a family, forward and backward of each side by side: check, run the kernel, record the backward.
 * Every public method has a row in the gradient-check table of the tests, and a test fails when one has none.
 */
package io.github.indirec.autograd.ops;
