package io.github.indirec.model.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PositionsTest {
    private static final int[] HISTORY = {3, 1, 4, 1};

    private static EncoderConfig config(String positions) {
        return SmallModels.settings(ModelFamily.SASREC_CE)
                .with(Map.of("positions", positions, "max_seq_length", "6"), "test")
                .toRecord(EncoderConfig.class);
    }

    @Test
    void positionsAreCountedFromTheFirstItemOrSoThatTheLastStandsLast() {
        RaggedLayout layout = RaggedLayout.ofLengths(new int[] {3, 1, 6}, 6);
        int[] first = Arrays.copyOf(config("first").positions(layout), layout.rows());
        int[] last = Arrays.copyOf(config("last").positions(layout), layout.rows());
        assertArrayEquals(new int[] {0, 1, 2, 0, 0, 1, 2, 3, 4, 5}, first);
        assertArrayEquals(new int[] {3, 4, 5, 5, 0, 1, 2, 3, 4, 5}, last);
    }

    /** The table's first rows in the place of its last ones. */
    @Test
    void theTwoDifferInTheRowsOfTheTableAlone() {
        try (Backend backend = Backends.cpu(1);
                SequenceModel first = new SequenceModel(new Parameters(backend, DType.F32), config("first"), 9);
                SequenceModel last = new SequenceModel(new Parameters(backend, DType.F32), config("last"), 9)) {
            first.initialize(1);
            last.initialize(1);
            float[] expected = encode(first);
            assertFalse(Arrays.equals(expected, encode(last)));
            float[] rows = first.parameters().get(Weights.POSITIONS).value().toFloats();
            int size = first.config().hiddenSize();
            float[] shifted = new float[rows.length];
            System.arraycopy(rows, 0, shifted, 2 * size, HISTORY.length * size);
            last.parameters().get(Weights.POSITIONS).value().copyFrom(shifted);
            assertArrayEquals(expected, encode(last));
            assertEquals(size, expected.length);
        }
    }

    private static float[] encode(SequenceModel model) {
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch batch = RaggedBatch.ofHistories(new int[][] {HISTORY}, 6);
            return model.encode(tape, batch, Dropout.NONE).value().toFloats();
        }
    }
}
