package io.github.indirec.tensor.cpu;

/**
 * Moving rows and columns: array copies and plain additions, which the compiler vectorises, so there is no other form.
 */
class ScalarIndex {
    void gatherRows(
            float[] table, int tableOffset, int width, int[] ids, int from, int to, float[] out, int outOffset) {
        for (int i = from; i < to; i++) {
            System.arraycopy(table, tableOffset + ids[i] * width, out, outOffset + i * width, width);
        }
    }

    /** Columns {@code from} to {@code to} of all rows of x, in row order. */
    void scatterAddRows(
            float[] x, int xOffset, int width, int[] ids, int rows, int from, int to, float[] table, int tableOffset) {
        for (int i = 0; i < rows; i++) {
            addRow(x, xOffset + i * width, table, tableOffset + ids[i] * width, from, to);
        }
    }

    private static void addRow(float[] x, int row, float[] table, int tableRow, int from, int to) {
        for (int j = from; j < to; j++) {
            table[tableRow + j] += x[row + j];
        }
    }

    void copyColumns(
            float[] x, int xStart, int stride, int from, int to, float[] out, int outStart, int outStride, int width) {
        for (int i = from; i < to; i++) {
            System.arraycopy(x, xStart + i * stride, out, outStart + i * outStride, width);
        }
    }
}
