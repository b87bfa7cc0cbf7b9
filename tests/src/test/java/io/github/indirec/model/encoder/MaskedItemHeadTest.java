package io.github.indirec.model.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class MaskedItemHeadTest {
    /** Float32: two products of some ten terms and a norm, on values of about 1. */
    private static final double FLOAT = 2e-5;

    private static final int ITEMS = 9;

    /** The mask item stands behind the history; of a full one the oldest item makes room. */
    @Test
    void scoresAreThoseOfTheFormula() {
        try (Backend backend = Backends.cpu(1);
                TrainableModel trained = SmallModels.create(
                        ModelFamily.BERT4REC, backend, SmallModels.settings(ModelFamily.BERT4REC), ITEMS);
                Tape tape = Tape.inference(backend)) {
            SmallModels.randomize(trained, 0.5);
            SequenceModel model = trained.sequenceModel();
            int[][] histories = {{3, 1, 4}, {1, 5, 9, 2, 6, 5, 3, 8}};
            int[][] asked = {{3, 1, 4, ITEMS + 1}, {9, 2, 6, 5, 3, 8, ITEMS + 1}};
            RaggedBatch batch = RaggedBatch.ofHistories(asked, 7);
            double[] outputs = model.encodeEach(tape, batch, Dropout.NONE).value().toDoubles();
            double[] scores = model.scores(model.encode(tape, RaggedBatch.ofHistories(histories, 7), Dropout.NONE))
                    .value()
                    .toDoubles();
            int size = model.config().hiddenSize();
            for (int s = 0; s < 2; s++) {
                int last = batch.layout().offset(s + 1) - 1;
                double[] g = head(model, Arrays.copyOfRange(outputs, last * size, (last + 1) * size));
                double[] table = values(model, Weights.ITEM_TABLE);
                double[] bias = values(model, MaskedItemHead.ITEM_BIAS);
                for (int v = 0; v < ITEMS + 2; v++) {
                    double expected = bias[v];
                    for (int c = 0; c < size; c++) {
                        expected += g[c] * table[v * size + c];
                    }
                    assertEquals(expected, scores[s * (ITEMS + 2) + v], FLOAT, "sequence " + s + ", item " + v);
                }
            }
        }
    }

    /** LN(GELU(W o + b)). */
    private static double[] head(SequenceModel model, double[] o) {
        int size = o.length;
        double[] weight = values(model, "item_head.dense.weight");
        double[] bias = values(model, "item_head.dense.bias");
        double[] y = new double[size];
        for (int i = 0; i < size; i++) {
            double x = bias[i];
            for (int c = 0; c < size; c++) {
                x += weight[i * size + c] * o[c];
            }
            y[i] = 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
        }
        double mean = Arrays.stream(y).average().orElseThrow();
        double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double[] gain = values(model, "item_head.LayerNorm.weight");
        double[] shift = values(model, "item_head.LayerNorm.bias");
        for (int i = 0; i < size; i++) {
            y[i] = gain[i] * (y[i] - mean) / Math.sqrt(variance + 1e-12) + shift[i];
        }
        return y;
    }

    private static double[] values(SequenceModel model, String name) {
        return model.parameters().get(name).value().toDoubles();
    }

    @Test
    void theHeadBeginsWithoutABiasAndTheEncoderAsWithoutAHead() {
        EncoderConfig config = SmallModels.settings(ModelFamily.BERT4REC).toRecord(EncoderConfig.class);
        try (Backend backend = Backends.cpu(1);
                SequenceModel masked = SequenceModel.createMasked(backend, config, ITEMS, 5);
                SequenceModel plain = SequenceModel.create(backend, config, ITEMS, 5)) {
            assertTrue(masked.isMasked());
            assertFalse(plain.isMasked());
            plain.parameters().all().forEach(parameter -> assertTrue(
                    Arrays.equals(parameter.value().toDoubles(), values(masked, parameter.name())), parameter.name()));
            for (double c : values(masked, MaskedItemHead.ITEM_BIAS)) {
                assertEquals(0, c);
            }
            double[] weight = values(masked, "item_head.dense.weight");
            double deviation = Math.sqrt(Arrays.stream(weight).map(w -> w * w).average().orElseThrow());
            // 64 normal numbers: a standard error of 9%.
            assertEquals(config.initializerRange(), deviation, 0.4 * config.initializerRange());
        }
    }
}
