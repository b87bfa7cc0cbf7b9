/**
 * The models that InDiRec is compared with, each on the shared encoder and trainer: what a class says is what its model
 * adds, an objective or an augmentation.
 */
package io.github.indirec.model.baselines;
