/** Optimisers: gradient-norm clipping and AdamW. */
package io.github.indirec.autograd.optim;
