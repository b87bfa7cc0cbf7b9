package io.github.indirec.model.eval;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.util.Arrays;

/**
 * Full ranking: every user's target against all items that the user has not seen.
 *
 * <p>rank = 1 + number of other candidates with a strictly greater score; the target is a candidate even where the user
 * has had it before. All users count, none is sampled or dropped. Safe from any number of threads as long as nobody
 * trains the model.
 */
public final class Evaluator {
    /** Users scored at once: 256 x 12,103 scores are 12 MB, still in a large cache's reach. */
    private static final int BATCH = 256;

    /** Scores held at once, 128 MiB: with more than 131,072 items fewer users are scored at a time. */
    private static final int MOST_SCORES = 1 << 25;

    private Evaluator() {}

    /** Real items only, seen ones left out: the protocol of every figure that this project reports. */
    public static Candidates clean(SequenceModel model) {
        return new Candidates(1, model.items() + 1, Float.NEGATIVE_INFINITY);
    }

    /**
     * Reference quirk: the authors' scoring, in which seen items score 0 and the padding and mask rows compete. Used
     * for choosing the best epoch in {@code official} mode, never for reported figures.
     */
    public static Candidates authors(SequenceModel model) {
        return new Candidates(0, model.items() + 2, 0f);
    }

    /**
     * The rank of each user's target, by user row.
     *
     * @throws ArithmeticException when a score is NaN, with the user's row
     * @throws IllegalArgumentException when a history holds an item that the model does not know
     */
    public static int[] ranks(SequenceModel model, Histories histories, Candidates candidates) {
        int users = histories.users();
        int[] ranks = new int[users];
        int step = Math.max(1, Math.min(BATCH, MOST_SCORES / (model.items() + 2)));
        try (Tape tape = Tape.inference(model.backend())) {
            for (int from = 0; from < users; from += step) {
                int to = Math.min(users, from + step);
                int[] batchRanks = ranks(tape, model, histories, from, to, candidates);
                System.arraycopy(batchRanks, 0, ranks, from, batchRanks.length);
            }
        }
        return ranks;
    }

    /** The ranks of the users {@code from} to {@code to}, on a pass of that tape. */
    private static int[] ranks(
            Tape tape, SequenceModel model, Histories histories, int from, int to, Candidates candidates) {
        RaggedBatch batch =
                RaggedBatch.of(histories, from, to, model.config().maxSeqLength());
        requireKnownItems(model, batch);
        int[][] seenLists = new int[to - from][];
        int[] offsets = new int[to - from + 1];
        for (int i = 0; i < seenLists.length; i++) {
            seenLists[i] = histories.seen(from + i);
            offsets[i + 1] = offsets[i] + seenLists[i].length;
        }
        int[] seen = new int[offsets[seenLists.length]];
        for (int i = 0; i < seenLists.length; i++) {
            System.arraycopy(seenLists[i], 0, seen, offsets[i], seenLists[i].length);
        }
        int[] ranks = new int[to - from];
        try (Tape pass = tape.pass()) {
            Variable scores = model.scores(model.encode(pass, batch, Dropout.NONE));
            model.backend().ranking().ranks(scores.value(), batch.targets(), offsets, seen, candidates, ranks);
        }
        return ranks;
    }

    /** The metrics of a split under the protocol of {@link #clean}. */
    public static RankingMetrics metrics(SequenceModel model, Histories histories) {
        return RankingMetrics.of(ranks(model, histories, clean(model)));
    }

    private static void requireKnownItems(SequenceModel model, RaggedBatch batch) {
        int max = Math.max(
                Arrays.stream(batch.items()).max().orElse(0),
                Arrays.stream(batch.targets()).max().orElse(0));
        if (max > model.items()) {
            throw new IllegalArgumentException("Evaluator: the data hold item " + max + ", the model knows items 1 to "
                    + model.items() + "; use the data set that the model was trained on");
        }
    }

    /** Number of users whose target is among their seen items. */
    public static int repeatedTargets(Histories histories) {
        int repeated = 0;
        for (int user = 0; user < histories.users(); user++) {
            int target = histories.target(user);
            if (Arrays.stream(histories.seen(user)).anyMatch(item -> item == target)) {
                repeated++;
            }
        }
        return repeated;
    }
}
