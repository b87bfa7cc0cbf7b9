package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinusoidalEmbeddingTest {
    /** The reference takes exponentials and angles, up to 4, in 32 bits: a unit in the last place of 4. */
    private static final double ANGLE = 5e-7;

    @ParameterizedTest
    @ValueSource(strings = {"train-step-mlp1", "train-step-mlp2", "train-step-mlp1-official-init"})
    void rowsEqualTheReferenceAtItsSteps(String name) throws IOException {
        String resource = "/golden/" + name + ".safetensors";
        TensorFile file;
        try (InputStream in = SinusoidalEmbeddingTest.class.getResourceAsStream(resource)) {
            file = SafeTensors.read(in, resource);
        }
        long[] steps = file.longs("in.t", 6);
        float[] expected = file.floats("mid.sinusoidal_t", 6, 16);
        float[] table = SinusoidalEmbedding.table(5, 16);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], table[(int) steps[i / 16] * 16 + i % 16], ANGLE, "row " + i / 16);
        }
    }

    @Test
    void sinesComeFirstAndFrequenciesFallFromOneToOneInTenThousand() {
        float[] table = SinusoidalEmbedding.table(3, 6);
        int second = 2 * 6;
        double[] frequencies = {1, .01, .0001};
        for (int k = 0; k < 3; k++) {
            assertEquals((float) StrictMath.sin(2 * frequencies[k]), table[second + k], 1e-8f);
            assertEquals((float) StrictMath.cos(2 * frequencies[k]), table[second + 3 + k], 1e-8f);
        }
    }

    @Test
    void inTheOtherFormCosinesComeFirstAndFrequenciesStopShortOfOneInTenThousand() {
        float[] table = SinusoidalEmbedding.cosinesFirst(8, 6);
        for (int k = 0; k < 3; k++) {
            double frequency = StrictMath.pow(10_000, -k / 3.0);
            assertEquals((float) StrictMath.cos(7 * frequency), table[7 * 6 + k], 1e-7f);
            assertEquals((float) StrictMath.sin(7 * frequency), table[7 * 6 + 3 + k], 1e-7f);
        }
    }

    @Test
    void fewerStepsAreAPrefixOfMore() {
        float[] more = SinusoidalEmbedding.table(200, 64);
        float[] fewer = SinusoidalEmbedding.table(50, 64);
        for (int i = 0; i < fewer.length; i++) {
            assertEquals(more[i], fewer[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 0, 2, 7})
    void widthsWithoutTwoEqualHalvesOfTwoAreRefused(int dim) {
        String message = assertThrows(IllegalArgumentException.class, () -> SinusoidalEmbedding.table(5, dim))
                .getMessage();
        assertTrue(message.contains("found " + dim), message);
    }

    @Test
    void stepsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> SinusoidalEmbedding.table(0, 16));
        assertThrows(IllegalArgumentException.class, () -> SinusoidalEmbedding.table(10_001, 16));
    }
}
