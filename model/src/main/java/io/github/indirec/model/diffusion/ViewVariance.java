package io.github.indirec.model.diffusion;

import io.github.indirec.tensor.Tensor;

/**
 * Where the spread of generated views comes from: a view is M s + c + noise, so over many mates its total variance is that
 * of M s, which is all that the view knows of its mate, plus the trace of Sigma.
 *
 * @param constant squared length of the mean view
 * @param signal total variance of M s over the mates
 * @param noise trace of Sigma
 */
public record ViewVariance(double constant, double signal, double noise) {

    /** Over the mates that the distribution was made for. */
    public static ViewVariance of(ViewDistribution views) {
        Tensor means = views.mean().value();
        int count = means.shape().dim(0);
        int d = means.shape().dim(1);
        float[] x = means.toFloats();
        double[] center = new double[d];
        for (int i = 0; i < x.length; i++) {
            center[i % d] += x[i] / (double) count;
        }
        double signal = 0;
        for (int i = 0; i < x.length; i++) {
            double deviation = x[i] - center[i % d];
            signal += deviation * deviation / count;
        }
        double constant = 0;
        double noise = 0;
        double[] covariance = views.covariance().toDoubles();
        for (int j = 0; j < d; j++) {
            constant += center[j] * center[j];
            noise += covariance[j * (d + 1)];
        }
        return new ViewVariance(constant, signal, noise);
    }

    /** signal / (signal + noise): the correlation to expect between two views drawn for one mate. */
    public double signalShare() {
        return signal / (signal + noise);
    }
}
