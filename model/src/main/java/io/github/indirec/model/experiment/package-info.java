/**
 * Experiments: what is to be run, what came of it, and whether a difference between models is more than chance. Starts
 * processes through {@link io.github.indirec.model.experiment.RunLauncher} only; prints nothing.
 */
package io.github.indirec.model.experiment;
