package io.github.indirec.model;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.tensor.RandomSequence;

/** Draws the values that parameters begin with, each from a sequence of its own. */
public final class InitialWeights {
    private InitialWeights() {}

    /**
     * Fills with N(0, deviation^2).
     *
     * @param index which sequence, below 2^20; one a parameter
     */
    public static void normal(Parameter parameter, double deviation, long seed, int index) {
        RandomSequence random = new RandomSequence(RandomStreams.INITIAL_WEIGHTS.key(seed, 0, index));
        float[] values = new float[parameter.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) deviation * random.nextGaussian();
        }
        parameter.value().copyFrom(values);
    }
}
