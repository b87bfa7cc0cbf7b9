package io.github.indirec.model.items;

import io.github.indirec.model.text.ItemVectors;

/** What growing an item table asks for, wherever the table lies: in a model to evaluate or in one to serve. */
public final class NewItemRows {
    private NewItemRows() {}

    /**
     * Checks that a model can make rows of these vectors.
     *
     * @param operation whom the error is of
     * @param width of the vectors of training; 0 where items are known by id alone
     * @throws UnsupportedOperationException if items are known by id alone
     * @throws IllegalArgumentException if the vectors are of another width
     */
    public static void require(String operation, int width, ItemVectors vectors) {
        if (width == 0) {
            throw new UnsupportedOperationException(operation + ": this model knows items by id alone and can make"
                    + " nothing of a vector; train one with item vectors (LLMDiRec)");
        }
        if (vectors.width() != width) {
            throw new IllegalArgumentException(operation + ": vectors of width " + vectors.width()
                    + ", the model was trained with vectors of width " + width + "; make them with the same encoder");
        }
    }

    /**
     * The table with the new rows behind the last item's; the mask item's row stays the last.
     *
     * @param table E [I + 2 x D]
     * @param rows of the new items [N x D]
     * @param size D
     * @return [I + N + 2 x D]
     */
    public static float[] insert(float[] table, float[] rows, int size) {
        float[] grown = new float[table.length + rows.length];
        int mask = table.length - size;
        System.arraycopy(table, 0, grown, 0, mask);
        System.arraycopy(rows, 0, grown, mask, rows.length);
        System.arraycopy(table, mask, grown, mask + rows.length, size);
        return grown;
    }
}
