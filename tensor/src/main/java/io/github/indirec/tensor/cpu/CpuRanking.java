package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.HostStorage;
import io.github.indirec.tensor.spi.RankingKernels;
import java.util.Arrays;

/** Ranks and top lists of float32 score rows, shared out by rows. */
final class CpuRanking implements RankingKernels {
    /** Scores that one thread reads at a time, about 50 us. */
    private static final int GRAIN = 1 << 16;

    private final CpuContext context;

    CpuRanking(CpuContext context) {
        this.context = context;
    }

    @Override
    public void ranks(Tensor scores, int[] targets, int[] seenOffsets, int[] seen, Candidates candidates, int[] ranks) {
        requireFloat32("ranks", scores);
        int rows = scores.shape().rows();
        int width = scores.shape().rowLength();
        requireRange("ranks", candidates.from(), candidates.to(), width);
        float[] values = HostStorage.floats(scores);
        context.parallel.ranges(rows, Math.max(1, GRAIN / Math.max(1, width)), (from, to) -> {
            for (int i = from; i < to; i++) {
                int row = scores.offset() + i * width;
                int target = row + targets[i];
                for (int s = seenOffsets[i]; s < seenOffsets[i + 1]; s++) {
                    if (seen[s] != targets[i]) {
                        values[row + seen[s]] = candidates.seenScore();
                    }
                }
                ranks[i] = RowRanking.rank(values, row + candidates.from(), row + candidates.to(), values[target]);
            }
        });
        for (int i = 0; i < rows; i++) {
            if (ranks[i] == RowRanking.NAN) {
                throw notANumber("ranks", i);
            }
        }
    }

    @Override
    public void mask(Tensor scores, int row, int[] allowed, int[] denied) {
        requireFloat32("mask", scores);
        int width = scores.shape().rowLength();
        int start = scores.offset() + row * width;
        float[] values = HostStorage.floats(scores);
        if (allowed != null) {
            float[] kept = new float[allowed.length];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = values[start + allowed[i]];
            }
            Arrays.fill(values, start, start + width, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < kept.length; i++) {
                values[start + allowed[i]] = kept[i];
            }
        }
        for (int column : denied) {
            values[start + column] = Float.NEGATIVE_INFINITY;
        }
    }

    @Override
    public int topK(Tensor scores, int row, int from, int to, int k, int[] items, float[] itemScores) {
        requireFloat32("topK", scores);
        int width = scores.shape().rowLength();
        requireRange("topK", from, to, width);
        if (k < 1 || k > items.length || k > itemScores.length) {
            throw new IllegalArgumentException("RankingKernels.topK: k is " + k + ", expected 1 to the length of the"
                    + " outputs, " + Math.min(items.length, itemScores.length));
        }
        int offset = scores.offset() + row * width;
        int found = RowRanking.topK(HostStorage.floats(scores), offset, from, to, k, items, itemScores);
        if (found == RowRanking.NAN) {
            throw notANumber("topK", row);
        }
        return found;
    }

    private static ArithmeticException notANumber(String operation, int row) {
        return new ArithmeticException("RankingKernels." + operation + ": row " + row
                + " has a score that is not a number (NaN), which has no rank; the model has diverged or its input is"
                + " damaged");
    }

    private static void requireRange(String operation, int from, int to, int width) {
        if (from < 0 || to < from || to > width) {
            throw new ShapeException("RankingKernels." + operation + ": candidates [" + from + ", " + to
                    + ") are outside of " + width + " columns");
        }
    }

    private static void requireFloat32(String operation, Tensor scores) {
        if (scores.dtype() != DType.F32) {
            throw new ShapeException("RankingKernels." + operation + ": scores are " + scores.dtype()
                    + ", expected F32; ranking has no float64 form");
        }
    }
}
