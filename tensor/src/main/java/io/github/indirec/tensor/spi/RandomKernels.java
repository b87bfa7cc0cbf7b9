package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Random fields, addressed by coordinates. */
public interface RandomKernels {
    /**
     * out[i, j] = standard normal number at (key, firstRow + i, j); Box-Muller on Philox words.
     *
     * @param firstRow where the rows of out stand in the whole field
     */
    void normal(RandomKey key, int firstRow, Tensor out);
}
