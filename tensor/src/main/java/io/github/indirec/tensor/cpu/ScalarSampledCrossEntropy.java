package io.github.indirec.tensor.cpu;

/**
 * Binary cross-entropy of each row against one positive and one sampled negative row of a table. The same class drives
 * scalar and vector kernels: what loops over columns is theirs.
 *
 * <p>softplus x = log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), whose slope is sigmoid x. -log(sigmoid x) is softplus(-x),
 * and stays a number with a gradient where 1 - sigmoid x has rounded to 0.
 */
final class ScalarSampledCrossEntropy {
    private final ScalarElementwise elementwise;

    ScalarSampledCrossEntropy(ScalarElementwise elementwise) {
        this.elementwise = elementwise;
    }

    /** Scores and losses of the rows {@code from} to {@code to}. */
    void forward(
            float[] x,
            int xOffset,
            float[] table,
            int tableOffset,
            int width,
            int[] positives,
            int[] negatives,
            int from,
            int to,
            float[] losses,
            int lossesOffset,
            float[] scores,
            int scoresOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            float positive = elementwise.dot(x, row, table, tableOffset + positives[i] * width, width, lanes);
            float negative = elementwise.dot(x, row, table, tableOffset + negatives[i] * width, width, lanes);
            scores[scoresOffset + 2 * i] = positive;
            scores[scoresOffset + 2 * i + 1] = negative;
            losses[lossesOffset + i] = softplus(-positive) + softplus(negative);
        }
    }

    /** Turns the scores of the rows {@code from} to {@code to} into their gradients. */
    void slopes(float[] scores, int scoresOffset, float scale, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = scoresOffset + 2 * i;
            scores[at] = -sigmoid(-scores[at]) * scale;
            scores[at + 1] = sigmoid(scores[at + 1]) * scale;
        }
    }

    /** dx of the rows {@code from} to {@code to}. */
    void rows(
            float[] slopes,
            int slopesOffset,
            float[] table,
            int tableOffset,
            int width,
            int[] positives,
            int[] negatives,
            int from,
            int to,
            float[] dx,
            int dxOffset) {
        for (int i = from; i < to; i++) {
            int row = dxOffset + i * width;
            int at = slopesOffset + 2 * i;
            elementwise.scale(slopes[at], table, tableOffset + positives[i] * width, width, dx, row);
            elementwise.axpy(slopes[at + 1], table, tableOffset + negatives[i] * width, width, dx, row);
        }
    }

    /** Adds the columns {@code from} to {@code to} of all {@code rows} rows to dtable, in order. */
    void table(
            float[] slopes,
            int slopesOffset,
            float[] x,
            int xOffset,
            int width,
            int[] positives,
            int[] negatives,
            int rows,
            int from,
            int to,
            float[] dtable,
            int dtableOffset) {
        for (int i = 0; i < rows; i++) {
            int row = xOffset + i * width + from;
            int at = slopesOffset + 2 * i;
            int positive = dtableOffset + positives[i] * width + from;
            int negative = dtableOffset + negatives[i] * width + from;
            elementwise.axpy(slopes[at], x, row, to - from, dtable, positive);
            elementwise.axpy(slopes[at + 1], x, row, to - from, dtable, negative);
        }
    }

    private static float softplus(float x) {
        return Math.max(x, 0f) + FloatMath.log(1f + FloatMath.exp(-Math.abs(x)));
    }

    private static float sigmoid(float x) {
        float e = FloatMath.exp(-Math.abs(x));
        return (x < 0f ? e : 1f) / (1f + e);
    }
}
