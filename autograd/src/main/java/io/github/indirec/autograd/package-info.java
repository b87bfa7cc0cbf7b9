/**
 * Reverse-mode differentiation. A {@link io.github.indirec.autograd.Tape} records ops as they run and plays them
 * backwards; the ops, forward and backward side by side, are in {@code autograd.ops}; layers that own
 * {@link io.github.indirec.autograd.Parameters} in {@code autograd.nn}; AdamW and clipping in {@code autograd.optim}.
 * {@link io.github.indirec.autograd.GradCheck} checks any op against central differences.
 */
package io.github.indirec.autograd;
