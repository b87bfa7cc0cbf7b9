package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Moving rows and columns about. */
public interface IndexKernels {
    /** out[i, :] = table[ids[i], :]. Of {@code ids} the first are read, one a row of out; there may be more. */
    void gatherRows(Tensor table, int[] ids, Tensor out);

    /**
     * table[ids[i], :] += x[i, :], in the order of i for each table row. Of {@code ids} the first are read, one a row of
     * x; there may be more.
     */
    void scatterAddRows(Tensor x, int[] ids, Tensor table);

    /** out[i, outColumn + j] = x[i, column + j] for j below width; equal numbers of rows. */
    void copyColumns(Tensor x, int column, Tensor out, int outColumn, int width);
}
