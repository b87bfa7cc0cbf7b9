package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.RankingKernels;
import java.util.Arrays;

/** Ranks, masks and top lists on a CUDA device: ranking.cu. */
final class CudaRanking implements RankingKernels {
    /** Scores that a block sorts: SORTED in ranking.cu. */
    private static final int SORTED = 2048;

    /** Best of a round: a block halves what it sorts at least. */
    private static final int ROUND = SORTED / 2;

    /** Upper half of the key of what is not a number. */
    private static final int NOT_A_NUMBER = -1;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaRanking(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "ranking");
    }

    @Override
    public void ranks(Tensor scores, int[] targets, int[] seenOffsets, int[] seen, Candidates candidates, int[] ranks) {
        int rows = scores.shape().rows();
        int width = scores.shape().rowLength();
        requireRange("ranks", candidates.from(), candidates.to(), width);
        Ids.require("ranks", "targets", targets, rows, width);
        Ids.require("ranks", "seen", seen, rows == 0 ? 0 : seenOffsets[rows], width);
        int[] offsets = new int[rows + 1];
        int[] masked = masked(targets, seenOffsets, seen, rows, offsets);
        try (DeviceBuffer result = device.buffer((long) Integer.BYTES * rows)) {
            kernels.launch("rankTargets")
                    .tensor(scores)
                    .ints(targets, rows)
                    .ints(offsets, rows + 1)
                    .ints(masked, offsets[rows])
                    .i32(candidates.from())
                    .i32(candidates.to())
                    .f32(candidates.seenScore())
                    .i32(width)
                    .buffer(result)
                    .run(rows, Grid.THREADS);
            device.download(result, ranks, rows);
        }
        for (int i = 0; i < rows; i++) {
            if (ranks[i] == 0) {
                throw notANumber("ranks", i);
            }
        }
    }

    /** The seen columns of each row but its target, each once, since two threads must not write to one place. */
    private static int[] masked(int[] targets, int[] seenOffsets, int[] seen, int rows, int[] offsets) {
        int[] masked = seen.clone();
        int end = 0;
        for (int i = 0; i < rows; i++) {
            Arrays.sort(masked, seenOffsets[i], seenOffsets[i + 1]);
            for (int s = seenOffsets[i]; s < seenOffsets[i + 1]; s++) {
                boolean again = end > offsets[i] && masked[end - 1] == masked[s];
                if (masked[s] != targets[i] && !again) {
                    masked[end++] = masked[s];
                }
            }
            offsets[i + 1] = end;
        }
        return masked;
    }

    @Override
    public void mask(Tensor scores, int row, int[] allowed, int[] denied) {
        int width = scores.shape().rowLength();
        Ids.require("mask", "denied", denied, denied.length, width);
        int[] kept = new int[Grid.blocks(width, Integer.SIZE)];
        if (allowed == null) {
            Arrays.fill(kept, -1);
        } else {
            Ids.require("mask", "allowed", allowed, allowed.length, width);
            for (int column : allowed) {
                kept[column / Integer.SIZE] |= 1 << column;
            }
        }
        for (int column : denied) {
            kept[column / Integer.SIZE] &= ~(1 << column);
        }
        kernels.launch("maskRow")
                .i64(rowAddress(scores, row))
                .ints(kept, kept.length)
                .i32(width)
                .run(Grid.blocks(width, Grid.THREADS), Grid.THREADS);
    }

    @Override
    public int topK(Tensor scores, int row, int from, int to, int k, int[] items, float[] itemScores) {
        requireRange("topK", from, to, scores.shape().rowLength());
        if (k < 1 || k > items.length || k > itemScores.length) {
            throw new IllegalArgumentException("RankingKernels.topK: k is " + k + ", expected 1 to the length of the"
                    + " outputs, " + Math.min(items.length, itemScores.length));
        }
        int most = Math.min(k, to - from);
        // All keys differ, so that the next best are those below the last.
        long limit = -1;
        for (int found = 0; found < most; ) {
            int round = Math.min(most - found, ROUND);
            int[] keys = best(rowAddress(scores, row), from, to, limit, round);
            for (int i = 0; i < round; i++) {
                int column = ~keys[2 * i];
                int ordered = keys[2 * i + 1];
                if (ordered == NOT_A_NUMBER) {
                    throw notANumber("topK", row);
                }
                if (keys[2 * i] == 0 && ordered == 0) {
                    return found;
                }
                items[found] = column;
                itemScores[found++] = score(ordered);
                limit = ((long) ordered << 32 | keys[2 * i] & 0xffffffffL) - 1;
            }
        }
        return most;
    }

    /** Score of the upper half of a key: bits of a positive number with the sign set, of a negative one turned over. */
    private static float score(int ordered) {
        return Float.intBitsToFloat(ordered < 0 ? ordered ^ Integer.MIN_VALUE : ~ordered);
    }

    /** The k greatest keys up to {@code limit}, the lower half of each first; 0 where there are no more. */
    private int[] best(long row, int from, int to, long limit, int k) {
        // Up to 7 columns more: a row begins within a sector.
        int blocks = Grid.blocks(to - from + 7, SORTED);
        try (DeviceBuffer keys = device.buffer((long) Long.BYTES * blocks * k)) {
            kernels.launch("bestScores")
                    .i64(row)
                    .i32(from)
                    .i32(to)
                    .i64(limit)
                    .i32(k)
                    .buffer(keys)
                    .run(blocks, Grid.THREADS);
            return best(keys, blocks, k);
        }
    }

    /** @param keys k of each of {@code blocks} blocks */
    private int[] best(DeviceBuffer keys, int blocks, int k) {
        if (blocks == 1) {
            int[] result = new int[2 * k];
            device.download(keys, result, result.length);
            return result;
        }
        int fewer = Grid.blocks(blocks * k, SORTED);
        try (DeviceBuffer best = device.buffer((long) Long.BYTES * fewer * k)) {
            kernels.launch("bestKeys")
                    .buffer(keys)
                    .i32(blocks * k)
                    .i32(k)
                    .buffer(best)
                    .run(fewer, Grid.THREADS);
            return best(best, fewer, k);
        }
    }

    private long rowAddress(Tensor scores, int row) {
        return device.address(scores) + (long) Float.BYTES * row * scores.shape().rowLength();
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
}
