package io.github.indirec.model.items;

/**
 * Vectors less their mean: what tells items apart, without what all have in common. Sentence encoders point all texts
 * in much the same direction: of bge-small's unit vectors for Beauty the mean alone has a squared length of 0.69.
 *
 * @param columns the differences [W x I], a column an item
 * @param mean over the items [W]
 */
record CentredVectors(float[] columns, float[] mean) {
    /** @param columns vectors [W x I], a column an item; overwritten */
    static CentredVectors of(float[] columns, int items) {
        float[] mean = new float[columns.length / items];
        for (int row = 0; row < mean.length; row++) {
            int first = row * items;
            double sum = 0;
            for (int i = first; i < first + items; i++) {
                sum += columns[i];
            }
            mean[row] = (float) (sum / items);
            for (int i = first; i < first + items; i++) {
                columns[i] = (float) (columns[i] - sum / items);
            }
        }
        return new CentredVectors(columns, mean);
    }
}
