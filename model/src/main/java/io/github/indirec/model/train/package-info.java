/** The training loop, its state, and what it writes. */
package io.github.indirec.model.train;
