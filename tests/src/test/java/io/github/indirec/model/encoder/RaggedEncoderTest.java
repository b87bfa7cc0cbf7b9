package io.github.indirec.model.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.TransformerLayer;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig.Attention;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packed encoder equals the padded one, dropout on or off, causal or bidirectional. */
class RaggedEncoderTest {
    /** Two layers of float32 against float64, values of about 1. */
    private static final double TOLERANCE = 2e-5;

    private static final long SEED = 20_260_105;
    private static final int ITEMS = 30;
    private static final int LENGTH = 9;
    private static final int[][] HISTORIES = {{7}, {1, 2, 3}, {30, 29, 28, 27, 26, 25, 24, 23, 22}, {5, 5}};

    @ParameterizedTest
    @CsvSource({"CAUSAL, 0", "CAUSAL, 0.5", "BIDIRECTIONAL, 0", "BIDIRECTIONAL, 0.3"})
    void thePackedEncoderEqualsThePaddedOne(Attention attention, double rate) {
        EncoderConfig config = new EncoderConfig(16, 2, 2, 4, LENGTH, rate, rate, 1e-12, 0.3, attention, EncoderConfig.Positions.LAST);
        Dropout dropout = new Dropout(rate, rate, new RandomKey(9, 1 << 20, 4));
        try (Backend backend = Backends.cpu(2);
                SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, ITEMS);
                Tape tape = Tape.inference(backend)) {
            randomize(model.parameters());
            RaggedBatch batch = RaggedBatch.ofHistories(HISTORIES, LENGTH);
            List<TransformerLayer.Output> outputs = model.encoder()
                    .encodeAll(
                            model.encoder().embed(tape, batch.items(), batch.layout(), dropout),
                            batch.layout(),
                            dropout);
            float[] all = outputs.get(1).block().value().toFloats();
            float[] last = model.encode(tape, batch, dropout).value().toFloats();
            PaddedEncoder padded = new PaddedEncoder(model.parameters(), config, dropout);
            for (int s = 0; s < HISTORIES.length; s++) {
                double[][] expected = padded.encode(s, HISTORIES[s]);
                for (int i = 0; i < HISTORIES[s].length; i++) {
                    int row = batch.layout().offset(s) + i;
                    double[] want = expected[LENGTH - HISTORIES[s].length + i];
                    for (int j = 0; j < 16; j++) {
                        assertEquals(want[j], all[row * 16 + j], TOLERANCE, "sequence " + s + ", item " + i);
                    }
                }
                int row = batch.layout().offset(s + 1) - 1;
                assertArrayEquals(
                        Arrays.copyOfRange(all, row * 16, (row + 1) * 16),
                        Arrays.copyOfRange(last, s * 16, (s + 1) * 16));
            }
        }
    }

    private static void randomize(Parameters parameters) {
        Random random = new Random(SEED);
        for (Parameter parameter : parameters.all()) {
            float[] values = new float[parameter.shape().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = 0.3f * (float) random.nextGaussian();
            }
            parameter.value().copyFrom(values);
        }
    }
}
