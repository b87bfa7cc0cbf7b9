/** Losses that several recommenders share, made of the ops of autograd. */
package io.github.indirec.model.loss;
