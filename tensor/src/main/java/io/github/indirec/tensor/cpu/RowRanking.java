package io.github.indirec.tensor.cpu;

/**
 * Raw kernels of ranking on one row of scores. Comparisons only, so there is one form for all machines; there is no
 * float64 form.
 */
final class RowRanking {
    /** Returned for a row in which a NaN was compared. */
    static final int NAN = -1;

    private RowRanking() {}

    /**
     * 1 + number of scores in [from, to) strictly greater than {@code target}, or {@link #NAN}. A NaN is neither
     * greater nor not greater, so it shows as a gap in the count of both.
     */
    static int rank(float[] scores, int from, int to, float target) {
        int greater = 0;
        int notGreater = 0;
        for (int i = from; i < to; i++) {
            greater += scores[i] > target ? 1 : 0;
            notGreater += scores[i] <= target ? 1 : 0;
        }
        return greater + notGreater == to - from ? greater + 1 : NAN;
    }

    /**
     * The k best of scores[offset + from] to scores[offset + to], best first, ties by the smaller column; negative
     * infinity is left out. The outputs serve as a heap with the worst of the best on top.
     *
     * @return how many were found, or {@link #NAN}
     */
    static int topK(float[] scores, int offset, int from, int to, int k, int[] items, float[] itemScores) {
        int size = 0;
        for (int column = from; column < to; column++) {
            if (size == k) {
                column = skip(scores, offset, column, to, itemScores[0]);
                if (column == to) {
                    break;
                }
            }
            float score = scores[offset + column];
            if (score != score) {
                return NAN;
            }
            if (score == Float.NEGATIVE_INFINITY) {
                continue;
            }
            if (size < k) {
                siftUp(items, itemScores, size++, column, score);
            } else {
                siftDown(items, itemScores, size, column, score);
            }
        }
        for (int end = size - 1; end > 0; end--) {
            int item = items[end];
            float score = itemScores[end];
            items[end] = items[0];
            itemScores[end] = itemScores[0];
            siftDown(items, itemScores, end, item, score);
        }
        return size;
    }

    /**
     * First column from {@code column} on whose score is not at most {@code worst}: higher, or NaN. On a tie the item
     * that is there has the smaller column. A loop of its own because nearly all columns end here: 12,101 take 5 us, and
     * 14 to 24 us when the heap was in sight.
     */
    private static int skip(float[] scores, int offset, int column, int to, float worst) {
        int i = offset + column;
        int end = offset + to;
        while (i < end && scores[i] <= worst) {
            i++;
        }
        return i - offset;
    }

    private static boolean worse(float score, int item, float otherScore, int otherItem) {
        return score < otherScore || score == otherScore && item > otherItem;
    }

    private static void siftUp(int[] items, float[] scores, int at, int item, float score) {
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!worse(score, item, scores[parent], items[parent])) {
                break;
            }
            items[at] = items[parent];
            scores[at] = scores[parent];
            at = parent;
        }
        items[at] = item;
        scores[at] = score;
    }

    /** Replaces the root of a heap of {@code size}. */
    private static void siftDown(int[] items, float[] scores, int size, int item, float score) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && worse(scores[child + 1], items[child + 1], scores[child], items[child])) {
                child++;
            }
            if (!worse(scores[child], items[child], score, item)) {
                break;
            }
            items[at] = items[child];
            scores[at] = scores[child];
            at = child;
        }
        items[at] = item;
        scores[at] = score;
    }
}
