package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.IndexOps;

/** One row in place of many: a look-up of row 0, whose indices are kept from call to call. For any number of threads. */
final class RepeatedRow {
    /** Never written to, so it does not matter which thread's array is seen. */
    private int[] zeros = {};

    /**
     * y[i, :] = row[0, :]. drow is the sum of dy's rows, in their order.
     *
     * @param row [1 x D]
     * @return [count x D]
     */
    Variable rows(Variable row, int count) {
        int[] ids = zeros;
        if (ids.length < count) {
            ids = new int[count];
            zeros = ids;
        }
        return IndexOps.gatherRows(row, ids, count);
    }
}
