package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.model.InitialWeights;

/**
 * Xavier-normal weights (Glorot and Bengio, 2010), N(0, 2 / (in + out)), drawn one matrix after the other; biases stay 0.
 * LLM-ESR's choice for its adapter, taken here for all that LLMDiRec adds to the encoder.
 */
final class XavierNormal {
    /** Far above the numbers of the other parameters, so that these begin as they do in a model without vectors. */
    private static final int FIRST_SEQUENCE = 1 << 19;

    private final long seed;
    private int drawn;

    XavierNormal(long seed) {
        this.seed = seed;
    }

    /** Fills a weight [out x in]. */
    void fill(Parameter weight) {
        fill(weight, weight.shape().dim(1), weight.shape().dim(0));
    }

    /** Fills a weight that is a part of a larger one of that many inputs and outputs. */
    void fill(Parameter weight, int in, int out) {
        InitialWeights.normal(weight, Math.sqrt(2.0 / (in + out)), seed, FIRST_SEQUENCE + drawn++);
    }
}
