package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Random fields, addressed by coordinates. */
public interface RandomKernels {
    /** out[i, j] = standard normal number at (key, i, j); Box-Muller on Philox words. */
    void normal(RandomKey key, Tensor out);
}
