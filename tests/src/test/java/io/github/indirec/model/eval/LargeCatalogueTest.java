package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranking among a million items, where the scores of a whole batch are never in memory together. */
class LargeCatalogueTest {
    private static final long SEED = 20_261_122;
    private static final int ITEMS = 1_000_000;
    private static final int USERS = 40;

    @Test
    void ranksAreThoseOfEachUserAlone() {
        Random random = new Random(SEED);
        int[][] sequences = new int[USERS][];
        for (int user = 0; user < USERS; user++) {
            sequences[user] = random.ints(3 + random.nextInt(5), 1, ITEMS + 1).distinct().toArray();
        }
        sequences[0][0] = ITEMS;
        SequenceDataset data = SequenceDataset.of("large", sequences);
        LeaveOneOutSplit split = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        Map<String, String> small = Map.of("hidden_size", "4", "num_heads", "2", "num_layers", "1");
        InDiRecConfig config = InDiRecConfig.of(Presets.settings("beauty", Mode.OFFICIAL).with(small, "test"));
        try (Backend backend = Backends.cpu(2);
                SequenceModel model =
                        new SequenceModel(new Parameters(backend, DType.F32), config.encoder(), ITEMS)) {
            model.initialize(SEED);
            int[] ranks = Evaluator.ranks(model, split, Evaluator.clean(model));
            Tensor table = model.itemTable().ids().value();
            float[] items = table.toFloats();
            for (int user = 0; user < USERS; user += 13) {
                float[] h;
                try (Tape tape = Tape.inference(backend)) {
                    RaggedBatch batch = RaggedBatch.of(split, user, user + 1, config.encoder().maxSeqLength());
                    h = model.encode(tape, batch, Dropout.NONE).value().toFloats();
                }
                float target = score(h, items, split.target(user));
                int better = 0;
                for (int item = 1; item <= ITEMS; item++) {
                    better += score(h, items, item) > target ? 1 : 0;
                }
                for (int seen : split.seen(user)) {
                    better -= seen != split.target(user) && score(h, items, seen) > target ? 1 : 0;
                }
                assertEquals(1 + better, ranks[user], "user " + user + ", seed " + SEED);
            }
        }
    }

    private static float score(float[] h, float[] items, int item) {
        float sum = 0;
        for (int k = 0; k < h.length; k++) {
            sum = Math.fma(h[k], items[item * h.length + k], sum);
        }
        return sum;
    }
}
