package io.github.indirec.model.cadirec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenDenoiserTest {
    /** Two layers of float32 against float64, values of about 1. */
    private static final double TOLERANCE = 3e-5;

    private static final long SEED = 20_260_304;
    private static final RandomKey KEY = new RandomKey(9, 1 << 20, 4);
    private static final int SIZE = 16;
    private static final int LENGTH = 9;
    private static final RaggedLayout LAYOUT = RaggedLayout.ofLengths(new int[] {1, 3, 9, 2}, LENGTH);
    private static final int[] STEPS = {999, 0, 123, 500};

    private static TokenDenoiserConfig config(int layers, double embeddingDropout, double dropout) {
        return new TokenDenoiserConfig(SIZE, layers, 2, 2 * SIZE, LENGTH, 1000, embeddingDropout, dropout);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "2, 0, 0", "1, 0.5, 0.2", "2, 0.5, 0.2"})
    void thePackedDenoiserEqualsThePaddedOne(int layers, double embeddingDropout, double dropout) {
        TokenDenoiserConfig config = config(layers, embeddingDropout, dropout);
        try (Backend backend = Backends.cpu(2);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            TokenDenoiser denoiser = new TokenDenoiser(parameters, config);
            randomize(parameters);
            int[] all = IntStream.range(0, LAYOUT.rows()).toArray();
            float[] found = predict(backend, denoiser, all);
            PaddedDenoiser padded = new PaddedDenoiser(parameters, config, KEY);
            for (int s = 0; s < LAYOUT.count(); s++) {
                int pads = LAYOUT.firstPosition(s);
                double[][] expected = padded.predict(s, padded(s), pads, STEPS[s]);
                for (int i = 0; i < LAYOUT.length(s); i++) {
                    for (int j = 0; j < SIZE; j++) {
                        assertEquals(
                                expected[pads + i][j],
                                found[(LAYOUT.offset(s) + i) * SIZE + j],
                                TOLERANCE,
                                "sequence " + s + ", item " + i + ", seed " + SEED);
                    }
                }
            }
        }
    }

    @Test
    void someRowsAreThoseRowsOfAllBitForBit() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            TokenDenoiser denoiser = new TokenDenoiser(parameters, config(2, 0.5, 0.2));
            randomize(parameters);
            float[] all = predict(backend, denoiser, IntStream.range(0, LAYOUT.rows()).toArray());
            int[] rows = {0, 4, 5, 14};
            float[] some = predict(backend, denoiser, rows);
            for (int i = 0; i < rows.length; i++) {
                assertArrayEquals(
                        Arrays.copyOfRange(all, rows[i] * SIZE, (rows[i] + 1) * SIZE),
                        Arrays.copyOfRange(some, i * SIZE, (i + 1) * SIZE));
            }
        }
    }

    @Test
    void itHasTheParametersOfTheAuthorsModel() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            new TokenDenoiser(parameters, new TokenDenoiserConfig(64, 2, 2, 128, 50, 1000, 0.5, 0.2));
            // On Beauty 979,911 in all; 844,864 are the encoder's, 12,103 a bias of the items that is never read.
            assertEquals(979_911 - 844_864 - 12_103, parameters.size());
        }
    }

    @Test
    void initialMatricesAreNormalAndNothingElseIsTouched() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            Parameter other = parameters.create("item_embeddings.weight", 4, 4);
            TokenDenoiser denoiser = new TokenDenoiser(parameters, config(2, 0, 0));
            denoiser.initialize(3, 0.02);
            assertArrayEquals(new float[16], other.value().toFloats());
            List<float[]> matrices = new ArrayList<>();
            for (Parameter parameter : parameters.all()) {
                float[] values = parameter.value().toFloats();
                if (parameter.shape().rank() == 1) {
                    float constant = parameter.name().endsWith("LayerNorm.weight") ? 1 : 0;
                    for (float value : values) {
                        assertEquals(constant, value, parameter.name());
                    }
                } else if (parameter != other) {
                    double square = IntStream.range(0, values.length)
                            .mapToDouble(i -> values[i] * values[i])
                            .average()
                            .orElseThrow();
                    // Five standard deviations of the mean of n squares of normal numbers, sqrt(2/n) each.
                    assertEquals(1, square / 4e-4, 5 * Math.sqrt(2.0 / values.length), parameter.name());
                    matrices.forEach(drawn -> assertNotEquals(drawn[0], values[0], parameter.name()));
                    matrices.add(values);
                }
            }
            assertEquals(2 + 1 + 2 * 8, matrices.size());
        }
    }

    @Test
    void sequencesLongerThanTheTableOfPositionsAreRefused() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            TokenDenoiser denoiser = new TokenDenoiser(parameters, config(1, 0, 0));
            RaggedLayout longer = RaggedLayout.ofLengths(new int[] {10}, 10);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> denoiser.predict(
                            tape.constant(Shape.of(10, SIZE), new float[10 * SIZE]),
                            new int[1],
                            longer,
                            new int[] {0},
                            KEY));
        }
    }

    private static float[] predict(Backend backend, TokenDenoiser denoiser, int[] rows) {
        try (Tape tape = Tape.inference(backend)) {
            float[] noised = new float[LAYOUT.rows() * SIZE];
            for (int s = 0; s < LAYOUT.count(); s++) {
                double[][] slots = padded(s);
                for (int i = 0; i < LAYOUT.length(s); i++) {
                    for (int j = 0; j < SIZE; j++) {
                        noised[(LAYOUT.offset(s) + i) * SIZE + j] = (float) slots[LAYOUT.firstPosition(s) + i][j];
                    }
                }
            }
            return denoiser.predict(
                            tape.constant(Shape.of(LAYOUT.rows(), SIZE), noised), STEPS, LAYOUT, rows, KEY)
                    .value()
                    .toFloats();
        }
    }

    /** x_t of a padded sequence, where padding is noise too. */
    private static double[][] padded(int s) {
        Random random = new Random(SEED + s);
        double[][] slots = new double[LENGTH][SIZE];
        for (double[] slot : slots) {
            Arrays.setAll(slot, j -> (float) random.nextGaussian());
        }
        return slots;
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
