package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Reading rankings off score rows. Score tensors are float32. */
public interface RankingKernels {
    /**
     * Which columns compete and how seen items are treated.
     *
     * @param from first candidate column
     * @param to one past the last candidate column
     * @param seenScore score written for a seen item: negative infinity leaves it out, 0 is the authors' masking
     */
    record Candidates(int from, int to, float seenScore) {}

    /**
     * ranks[i] = 1 + number of candidates other than the target whose score, after masking the seen items of row i, is
     * strictly greater than the target's. The target itself is never masked. Scores are overwritten where masked.
     *
     * @param seenOffsets row i owns seen[seenOffsets[i]] to seen[seenOffsets[i + 1]]
     * @throws ArithmeticException when a score that is compared is NaN; the message names the row
     */
    void ranks(Tensor scores, int[] targets, int[] seenOffsets, int[] seen, Candidates candidates, int[] ranks);

    /**
     * Writes negative infinity over the scores that must not win: of every column that is not allowed, and of every
     * denied one.
     *
     * @param allowed columns that keep their score, unless denied; null where all do
     * @param denied columns
     */
    void mask(Tensor scores, int row, int[] allowed, int[] denied);

    /**
     * The k best candidates of one row, best first, ties by the smaller column; scores of negative infinity are left
     * out.
     *
     * @param items output, k columns
     * @param itemScores output, their scores
     * @return how many were found, at most k
     */
    int topK(Tensor scores, int row, int from, int to, int k, int[] items, float[] itemScores);
}
