/**
 * The parts of CaDiRec (Cui et al. 2024) besides its encoder: a diffusion over masked items in their context, whose
 * predictions give the views of a contrast.
 */
package io.github.indirec.model.cadirec;
