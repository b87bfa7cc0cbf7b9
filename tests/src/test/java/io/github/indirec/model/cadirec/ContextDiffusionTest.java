package io.github.indirec.model.cadirec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.diffusion.BetaSchedule;
import io.github.indirec.model.diffusion.DiffusionDraws.NoiseField;
import io.github.indirec.model.diffusion.NoiseSchedule;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContextDiffusionTest {
    /** A handful of float32 operations on values of about 1. */
    private static final double FLOAT = 1e-6;

    /** Sums of float32 exponentials over 14 items. */
    private static final double LOSS = 5e-6;

    /**
     * Central differences with step 1e-5 of a loss of about 3, two norms and attentions deep: a truncation error of
     * 1e-10 times a third derivative of some hundreds.
     */
    private static final double GRADIENT = 2e-6;

    private static final long SEED = 20_260_305;
    private static final RandomKey DROPOUT = RandomStreams.DROPOUT_DENOISER.key(SEED, 3);
    private static final int SIZE = 8;
    private static final int ROWS = 14;
    private static final TokenDenoiserConfig CONFIG = new TokenDenoiserConfig(SIZE, 2, 2, 12, 5, 1000, 0.5, 0.2);
    private static final NoiseSchedule SCHEDULE = BetaSchedule.SQRT.schedule(1000);
    private static final RaggedBatch BATCH =
            RaggedBatch.ofHistories(new int[][] {{1, 2, 3}, {4}, {5, 6, 7, 8, 12}, {9, 2}}, 5);
    private static final SlotMask MASK = new SlotMask(new int[] {1, 3, 4, 7}, new int[] {1, 1, 2, 0});

    /** A table and a denoiser of random parameters. */
    private static final class Model implements AutoCloseable {
        final Backend backend;
        final Parameters parameters;
        final Parameter table;
        final ContextDiffusion diffusion;

        Model(int threads, DType dtype) {
            backend = Backends.cpu(threads);
            parameters = new Parameters(backend, dtype);
            table = parameters.create("table", ROWS, SIZE);
            diffusion = new ContextDiffusion(new TokenDenoiser(parameters, CONFIG), SCHEDULE);
            Random random = new Random(SEED);
            for (Parameter parameter : parameters.all()) {
                double[] values = new double[parameter.shape().size()];
                Arrays.setAll(values, i -> 0.3 * random.nextGaussian());
                parameter.value().copyFrom(values);
            }
        }

        Optional<ContextDiffusion.Denoising> denoise(Tape tape, CaDiRecDraws draws) {
            return diffusion.denoise(tape.leaf(table), BATCH, draws, DROPOUT);
        }

        CaDiRecDraws draws() {
            CaDiRecDraws drawn = CaDiRecDraws.of(backend, SEED, 3, BATCH.layout(), 1000, 0.1);
            return new CaDiRecDraws(
                    new int[] {0, 999, 500, 100}, MASK, drawn.embeddingNoise(), drawn.stepNoise(), new int[2][4]);
        }

        double nll() {
            try (Tape tape = Tape.inference(backend)) {
                return denoise(tape, draws()).orElseThrow().nll().value().item();
            }
        }

        @Override
        public void close() {
            parameters.close();
            backend.close();
        }
    }

    @Test
    void maskedItemsAreNoisedToTheirStepAndTheContextKeepsTheFirstNoise() {
        try (Model model = new Model(1, DType.F32);
                Tape tape = Tape.inference(model.backend)) {
            CaDiRecDraws draws = model.draws();
            ContextDiffusion.Denoising denoising = model.denoise(tape, draws).orElseThrow();
            double[] first = noise(draws.embeddingNoise());
            double[] second = noise(draws.stepNoise());
            double[] table = model.table.value().toDoubles();
            double[] x0 = denoising.x0().value().toDoubles();
            double[] noised = denoising.noised().value().toDoubles();
            // abar of the steps 0, 999 and 500, of the sequences in which the slots lie.
            double[] abar = {.9765997, 4.5465e-7, .2950665, .2950665};
            for (int i = 0; i < BATCH.items().length; i++) {
                int slot = Arrays.binarySearch(MASK.slots(), i);
                for (int j = 0; j < SIZE; j++) {
                    double expected = table[BATCH.items()[i] * SIZE + j] + .152971 * first[i * SIZE + j];
                    assertEquals(expected, x0[i * SIZE + j], 2 * FLOAT, "x0 of item " + i);
                    if (slot >= 0) {
                        expected = Math.sqrt(abar[slot]) * expected + Math.sqrt(1 - abar[slot]) * second[i * SIZE + j];
                    }
                    assertEquals(expected, noised[i * SIZE + j], 2 * FLOAT, "x_t of item " + i);
                }
            }
        }
    }

    @Test
    void theLossIsAMeanOverSequencesOfThoseOverTheirSlots() {
        try (Model model = new Model(1, DType.F32);
                Tape tape = Tape.inference(model.backend)) {
            ContextDiffusion.Denoising denoising = model.denoise(tape, model.draws()).orElseThrow();
            double[] predicted = denoising.predicted().value().toDoubles();
            double[] table = model.table.value().toDoubles();
            double[] loss = new double[MASK.size()];
            for (int m = 0; m < loss.length; m++) {
                double[] logits = new double[ROWS];
                for (int row = 0; row < ROWS; row++) {
                    for (int c = 0; c < SIZE; c++) {
                        logits[row] += predicted[m * SIZE + c] * table[row * SIZE + c];
                    }
                    assertEquals(logits[row], denoising.logits().value().toDoubles()[m * ROWS + row], FLOAT);
                }
                double sum = Arrays.stream(logits).map(Math::exp).sum();
                loss[m] = Math.log(sum) - logits[BATCH.items()[MASK.slots()[m]]];
            }
            double expected = (loss[0] / 1.00001 + loss[1] / 1.00001 + (loss[2] + loss[3]) / 2.00001 + 0) / 4;
            assertEquals(expected, denoising.nll().value().item(), LOSS);
        }
    }

    @Test
    void gradientsOfTableAndDenoiserEqualCentralDifferences() {
        double step = 1e-5;
        try (Model model = new Model(1, DType.F64)) {
            model.parameters.clearGradients();
            try (Tape tape = Tape.recording(model.backend)) {
                tape.backward(model.denoise(tape, model.draws()).orElseThrow().nll());
            }
            Random random = new Random(SEED);
            for (Parameter parameter : model.parameters.all()) {
                double[] analytic = parameter.gradient().toDoubles();
                double[] values = parameter.value().toDoubles();
                for (int probe = 0; probe < 6; probe++) {
                    int i = random.nextInt(values.length);
                    double original = values[i];
                    values[i] = original + step;
                    parameter.value().copyFrom(values);
                    double above = model.nll();
                    values[i] = original - step;
                    parameter.value().copyFrom(values);
                    double below = model.nll();
                    values[i] = original;
                    parameter.value().copyFrom(values);
                    assertEquals(
                            (above - below) / (2 * step),
                            analytic[i],
                            GRADIENT,
                            parameter.name() + "[" + i + "], seed " + SEED);
                }
            }
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        List<float[]> expected = lossAndGradients(1);
        for (int threads : new int[] {2, 3}) {
            List<float[]> found = lossAndGradients(threads);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), found.get(i), threads + " threads, array " + i);
            }
        }
    }

    private static List<float[]> lossAndGradients(int threads) {
        try (Model model = new Model(threads, DType.F32);
                Tape tape = Tape.recording(model.backend)) {
            int[][] histories = new int[200][];
            Random random = new Random(2);
            Arrays.setAll(histories, s -> random.ints(1 + random.nextInt(5), 1, ROWS - 1).toArray());
            RaggedBatch batch = RaggedBatch.ofHistories(histories, 5);
            CaDiRecDraws draws = CaDiRecDraws.of(model.backend, SEED, 3, batch.layout(), 1000, 0.3);
            ContextDiffusion.Denoising denoising =
                    model.diffusion.denoise(tape.leaf(model.table), batch, draws, DROPOUT).orElseThrow();
            List<float[]> arrays = new ArrayList<>();
            arrays.add(denoising.nll().value().toFloats());
            int[][] chosen =
                    SubstitutedViews.choose(model.backend, denoising.logits().value(), draws.substitutes(), 10);
            for (int[] items : chosen) {
                float[] floats = new float[items.length];
                for (int m = 0; m < items.length; m++) {
                    floats[m] = items[m];
                }
                arrays.add(floats);
            }
            tape.backward(denoising.nll());
            model.parameters.all().forEach(parameter -> arrays.add(parameter.gradient().toFloats()));
            return arrays;
        }
    }

    @Test
    void aBatchWithoutAMaskedItemHasNothingToPredict() {
        try (Model model = new Model(1, DType.F32);
                Tape tape = Tape.inference(model.backend)) {
            CaDiRecDraws drawn = CaDiRecDraws.of(model.backend, SEED, 3, BATCH.layout(), 1000, 0);
            assertTrue(model.denoise(tape, drawn).isEmpty());
        }
    }

    @Test
    void drawsAreUniformStepsAndNoiseThatKnowsNoOtherSequence() {
        try (Backend backend = Backends.cpu(1)) {
            RaggedLayout many = RaggedLayout.ofLengths(new Random(4).ints(3_000, 1, 6).toArray(), 5);
            int[] t = CaDiRecDraws.of(backend, SEED, 0, many, 1000, 0.1).t();
            assertTrue(Arrays.stream(t).allMatch(step -> step >= 0 && step < 1000));
            // Four standard deviations of the mean of 3,000 uniform steps.
            assertEquals(499.5, Arrays.stream(t).average().orElseThrow(), 4 * 288.7 / Math.sqrt(3_000));

            RaggedLayout longer = RaggedLayout.ofLengths(new int[] {5, 3}, 5);
            RaggedLayout shorter = RaggedLayout.ofLengths(new int[] {2, 3}, 5);
            CaDiRecDraws first = CaDiRecDraws.of(backend, SEED, 0, longer, 1000, 1);
            CaDiRecDraws other = CaDiRecDraws.of(backend, SEED, 0, shorter, 1000, 1);
            Tensor z = Tensor.zeros(Shape.of(8, SIZE), DType.F32);
            Tensor w = Tensor.zeros(Shape.of(5, SIZE), DType.F32);
            first.stepNoise().fill(z);
            other.stepNoise().fill(w);
            assertArrayEquals(z.rows(5, 8).toFloats(), w.rows(2, 5).toFloats());
            Tensor u = Tensor.zeros(Shape.of(8, SIZE), DType.F32);
            first.embeddingNoise().fill(u);
            assertTrue(!Arrays.equals(z.toFloats(), u.toFloats()), "the two noises are different fields");
            assertEquals(first.t()[1], other.t()[1]);
            assertArrayEquals(
                    Arrays.copyOfRange(first.substitutes()[1], 5, 8),
                    Arrays.copyOfRange(other.substitutes()[1], 2, 5));
            assertTrue(!Arrays.equals(first.substitutes()[0], first.substitutes()[1]));
        }
    }

    @Test
    void aScheduleOfOtherStepsThanTheDenoisersIsRefused() {
        try (Model model = new Model(1, DType.F32);
                Parameters parameters = new Parameters(model.backend, DType.F32)) {
            TokenDenoiser denoiser = new TokenDenoiser(parameters, CONFIG);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new ContextDiffusion(denoiser, BetaSchedule.SQRT.schedule(999)));
        }
    }

    private static double[] noise(NoiseField field) {
        Tensor z = Tensor.zeros(Shape.of(BATCH.items().length, SIZE), DType.F32);
        field.fill(z);
        return z.toDoubles();
    }
}
