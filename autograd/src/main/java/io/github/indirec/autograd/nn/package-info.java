/** Layers that own parameters: linear, embedding, layer norm, multi-head attention, Transformer block. */
package io.github.indirec.autograd.nn;
