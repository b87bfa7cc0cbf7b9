package io.github.indirec.autograd.optim;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;

/** Clipping by the global 2-norm (Pascanu et al., 2013), with PyTorch's factor min(1, max / (norm + 1e-6)). */
public final class GradientClipping {
    /** Guards the division; PyTorch's value. */
    private static final double EPS = 1e-6;

    private GradientClipping() {}

    /** The 2-norm over all gradients that a backward pass has left. */
    public static double globalNorm(Parameters parameters) {
        double sum = 0;
        for (Parameter parameter : parameters.all()) {
            if (parameter.hasGradient()) {
                sum += parameters.backend().optimizer().sumOfSquares(parameter.gradient());
            }
        }
        return Math.sqrt(sum);
    }

    /** The factor that brings gradients of this norm down to {@code maxNorm}; 1 where they are below. */
    public static double factor(double norm, double maxNorm) {
        return Math.min(1, maxNorm / (norm + EPS));
    }
}
