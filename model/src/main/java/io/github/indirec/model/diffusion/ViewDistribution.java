package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Tensor;

/**
 * What the guided reverse chain of the affine denoiser draws from: row i is Gaussian with mean M s_i + c and a covariance
 * that all rows share. Lives as long as the tape that it was made on.
 *
 * @param mean M s + c [B x D]
 * @param covariance Sigma [D x D]
 */
public record ViewDistribution(Variable mean, Tensor covariance) {}
