/**
 * From a file of interactions to packed batches: data sets, the leave-one-out split, prefix segments, noise.
 */
package io.github.indirec.model.data;
