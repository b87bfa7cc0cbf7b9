package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The closed form of the reverse chain is the chain: given its noise, and in distribution. */
class ClosedFormSamplerTest {
    private static final Path STEP = Path.of("src", "test", "resources", "golden", "train-step-mlp1.safetensors");
    private static final long SEED = 20_261_122;
    private static final int SIZE = 6;
    private static final int SAMPLES = 100_000;

    /** Five standard errors: of the 54 values compared, one would be further off in 30,000 seeds. */
    private static final double STANDARD_ERRORS = 5;

    /** Of values of size 1, after five steps in float32. */
    private static final double GIVEN_NOISE = 2e-6;

    private static DiffusionConfig config(Map<String, String> values) {
        return InDiRecConfig.of(Presets.settings("beauty", Mode.OFFICIAL).with(values, "test"))
                .diffusion();
    }

    @Test
    void givenTheNoiseItIsTheAuthorsSample() throws IOException {
        TensorFile file = SafeTensors.read(STEP);
        DiffusionConfig config = config(Map.of(
                "timesteps", file.metadata().get("timesteps"),
                "beta_schedule", file.metadata().get("beta_schedule"),
                "guidance", file.metadata().get("w")));
        int[] shape = file.array("mid.s_hat").shape();
        int d = shape[1];
        double[] start = doubles(file, "in.x_T");
        double[] noise = doubles(file, "in.reverse_noise");
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            Diffusion diffusion = new Diffusion(parameters, config, d);
            for (Parameter parameter : parameters.all()) {
                parameter.value().copyFrom(file.array("param0." + parameter.name()).floats());
            }
            Variable condition = tape.constant(Shape.of(shape), file.array("mid.s_hat").floats());
            double[] sample = new double[start.length];
            ViewDistribution view = diffusion.distribution(tape, condition, 0, (t, scale, map) -> {
                int from = t == config.timesteps() ? 0 : t * start.length;
                addProducts(map.toDoubles(), scale, t == config.timesteps() ? start : noise, from, d, sample);
            });
            double[] mean = view.mean().value().toDoubles();
            double[] expected = doubles(file, "mid.x0_hat");
            for (int i = 0; i < sample.length; i++) {
                assertEquals(expected[i], mean[i] + sample[i], GIVEN_NOISE, "mid.x0_hat[" + i + "]");
            }
        }
    }

    private static double[] doubles(TensorFile file, String name) throws IOException {
        float[] floats = file.array(name).floats();
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    /** sums_i += scale map z_i for every row i. */
    private static void addProducts(double[] map, double scale, double[] z, int from, int d, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < d; k++) {
                sums[i] += scale * map[i % d * d + k] * z[from + i / d * d + k];
            }
        }
    }

    @Test
    void loopAndClosedFormDrawFromTheDistribution() {
        for (String sampler : new String[] {"loop", "closed-form"}) {
            for (String guidance : new String[] {"2", "-1"}) {
                String name = sampler + ", w " + guidance + ", seed " + SEED;
                DiffusionConfig config =
                        config(Map.of("timesteps", "20", "guidance", guidance, "sampler", sampler));
                try (Backend backend = Backends.cpu(2);
                        Parameters parameters = new Parameters(backend, DType.F32);
                        Tape tape = Tape.inference(backend)) {
                    Diffusion diffusion = random(parameters, config);
                    Variable condition = tape.constant(Shape.of(SAMPLES, SIZE), repeatedRow());
                    ViewDistribution view = diffusion.distribution(condition);
                    Variable samples = diffusion.generate(
                            condition, DiffusionDraws.of(backend, SEED, 1, 1, config).reverse(), GuidedSampler.Trajectory.NONE);
                    assertMoments(name, view, samples.value());
                }
            }
        }
    }

    private static Diffusion random(Parameters parameters, DiffusionConfig config) {
        Diffusion diffusion = new Diffusion(parameters, config, SIZE);
        Random random = new Random(SEED);
        for (Parameter parameter : parameters.all()) {
            double[] values = new double[parameter.shape().size()];
            double scale = 1 / Math.sqrt(parameter.shape().rowLength());
            for (int i = 0; i < values.length; i++) {
                values[i] = scale * random.nextGaussian();
            }
            parameter.value().copyFrom(values);
        }
        return diffusion;
    }

    private static float[] repeatedRow() {
        Random random = new Random(SEED + 1);
        float[] row = new float[SIZE];
        for (int j = 0; j < SIZE; j++) {
            row[j] = (float) random.nextGaussian();
        }
        float[] rows = new float[SAMPLES * SIZE];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row[i % SIZE];
        }
        return rows;
    }

    private static void assertMoments(String name, ViewDistribution view, Tensor samples) {
        double[] x = samples.toDoubles();
        double[] mean = view.mean().value().rows(0, 1).toDoubles();
        double[] covariance = view.covariance().toDoubles();
        for (int j = 0; j < SIZE; j++) {
            double sum = 0;
            for (int i = 0; i < SAMPLES; i++) {
                sum += x[i * SIZE + j];
            }
            double bound = STANDARD_ERRORS * Math.sqrt(covariance[j * (SIZE + 1)] / SAMPLES);
            assertEquals(mean[j], sum / SAMPLES, bound, name + ": mean[" + j + "]");
        }
        for (int j = 0; j < SIZE; j++) {
            for (int k = 0; k < SIZE; k++) {
                double sum = 0;
                for (int i = 0; i < SAMPLES; i++) {
                    sum += (x[i * SIZE + j] - mean[j]) * (x[i * SIZE + k] - mean[k]);
                }
                double own = covariance[j * SIZE + k];
                double squares = covariance[j * (SIZE + 1)] * covariance[k * (SIZE + 1)] + own * own;
                double bound = STANDARD_ERRORS * Math.sqrt(squares / SAMPLES);
                assertEquals(own, sum / SAMPLES, bound, name + ": covariance[" + j + ", " + k + "]");
            }
        }
    }

    @Test
    void aCholeskyFactorGivesItsMatrixAlsoWhereThatIsSingular() {
        Random random = new Random(SEED);
        for (int rank : new int[] {7, 3, 1, 0}) {
            int n = 7;
            double[] root = random.doubles(n * n, -1, 1).toArray();
            double[] matrix = new double[n * n];
            for (int i = 0; i < n * n; i++) {
                for (int k = 0; k < rank; k++) {
                    matrix[i] += root[i / n * n + k] * root[i % n * n + k];
                }
            }
            double[] l = Cholesky.factor(matrix, n);
            for (int i = 0; i < n * n; i++) {
                double product = 0;
                for (int k = 0; k < n; k++) {
                    product += l[i / n * n + k] * l[i % n * n + k];
                }
                assertEquals(matrix[i], product, 1e-9, "rank " + rank + ", seed " + SEED + ", value " + i);
                assertTrue(i % n <= i / n || l[i] == 0, "the factor is lower triangular");
            }
        }
    }

    @Test
    void onlyTheAffineDenoiserHasAClosedForm() {
        Map<String, String> both = Map.of("denoiser", "mlp2", "sampler", "closed-form");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> config(both));
        assertTrue(e.getMessage().contains("sampler=loop"), e.getMessage());
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            Diffusion diffusion = new Diffusion(parameters, config(Map.of("denoiser", "mlp2")), SIZE);
            Variable condition = tape.constant(Shape.of(1, SIZE), new float[SIZE]);
            assertThrows(IllegalStateException.class, () -> diffusion.distribution(condition));
        }
    }
}
