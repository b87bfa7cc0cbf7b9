package io.github.indirec.model.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.GradCheck;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class ContrastTest {
    /** The check values were worked out to six decimals. */
    private static final double SIX_DECIMALS = 1e-6;

    /** Sums of some tens of float64 terms. */
    private static final double FLOAT64 = 1e-12;

    /** As in OpGradientsTest: the truncation error of central differences. */
    private static final double GRADIENT = 1e-7;

    private static final long SEED = 20_260_301;
    private static final double[][] A = {{1, 0}, {0, 1}, {1, 1}};
    private static final double[][] B = {{1, 1}, {0, 2}, {2, 0}};

    @Test
    void ntXentGivesTheWorkedExample() {
        assertEquals(1.399768, ntXent(A, B, 1), SIX_DECIMALS);
    }

    @Test
    void rowsOfEqualIdAreNoNegatives() {
        assertEquals(0.847630, maskedNce(A, B, new int[] {5, 7, 5}, 1), SIX_DECIMALS);
    }

    @Test
    void withoutNegativesTheLossIsZero() {
        assertEquals(0, maskedNce(A, B, new int[] {5, 5, 5}, 1));
        assertEquals(0, ntXent(new double[][] {{3, 1}}, new double[][] {{-2, 4}}, 1), "a batch of one row");
    }

    @Test
    void float32WithoutNegativesGivesZeroToo() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.inference(backend)) {
            Variable a = tape.constant(Shape.of(2, 2), new float[] {1, 2, 3, 4});
            Variable b = tape.constant(Shape.of(2, 2), new float[] {-1, 7, 3, -4});
            assertEquals(0, Contrast.maskedNce(a, b, new int[] {9, 9}, 1).value().item());
        }
    }

    @Test
    void bothEqualTheFormulaSummedTermByTerm() {
        Random random = new Random(SEED);
        for (double temperature : new double[] {1, 0.3}) {
            double[][] a = rows(random, 7, 5);
            double[][] b = rows(random, 7, 5);
            int[] ids = {3, 1, 3, 2, 9, 1, 3};
            String which = "seed " + SEED + ", temperature " + temperature;
            int[] each = {0, 1, 2, 3, 4, 5, 6};
            assertEquals(formula(a, b, each, temperature), ntXent(a, b, temperature), FLOAT64, which);
            assertEquals(formula(a, b, ids, temperature), maskedNce(a, b, ids, temperature), FLOAT64, which);
        }
    }

    /** The last batch of an epoch: what the backend keeps from the one before is longer. */
    @Test
    void aSmallerBatchAfterALargerOneGivesItsOwnLossAndGradient() {
        Random random = new Random(SEED);
        double[][] a = rows(random, 3, 5);
        double[][] b = rows(random, 3, 5);
        int[] ids = {4, 8, 4};
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            int larger = 7;
            Tensor before = tensor(rows(random, larger, 5));
            Contrast.ntXent(tape.constant(before), tape.constant(before), 1);
            Variable loss = Contrast.maskedNce(tape.input(tensor(a)), tape.input(tensor(b)), ids, 1);
            assertEquals(formula(a, b, ids, 1), loss.value().item(), FLOAT64, "seed " + SEED);
            GradCheck.Result masked = GradCheck.check(
                    backend, x -> Contrast.maskedNce(x.get(0), x.get(1), ids, 1), tensor(a), tensor(b));
            assertTrue(masked.error() <= GRADIENT, "seed " + SEED + ": " + masked);
        }
    }

    @Test
    void gradientsEqualCentralDifferences() {
        Random random = new Random(SEED);
        Tensor a = tensor(rows(random, 4, 3));
        Tensor b = tensor(rows(random, 4, 3));
        try (Backend backend = Backends.cpu(1)) {
            GradCheck.Result plain = GradCheck.check(backend, x -> Contrast.ntXent(x.get(0), x.get(1), 0.7), a, b);
            assertTrue(plain.error() <= GRADIENT, "seed " + SEED + ": " + plain);
            GradCheck.Result masked = GradCheck.check(
                    backend, x -> Contrast.maskedNce(x.get(0), x.get(1), new int[] {4, 8, 4, 1}, 1), a, b);
            assertTrue(masked.error() <= GRADIENT, "seed " + SEED + ": " + masked);
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        ShapeException ids = assertThrows(ShapeException.class, () -> maskedNce(A, B, new int[] {1, 2}, 1));
        assertTrue(ids.getMessage().contains("2 ids"), ids.getMessage());
        assertThrows(ShapeException.class, () -> ntXent(A, new double[][] {{1, 2}}, 1));
        IllegalArgumentException temperature = assertThrows(IllegalArgumentException.class, () -> ntXent(A, B, 0));
        assertTrue(temperature.getMessage().contains("temperature"), temperature.getMessage());
    }

    /** The definition, with the set of negatives spelled out. */
    private static double formula(double[][] a, double[][] b, int[] ids, double temperature) {
        int rows = a.length;
        double total = 0;
        for (int i = 0; i < 2 * rows; i++) {
            int positive = (i + rows) % (2 * rows);
            double s = product(row(a, b, i), row(a, b, positive)) / temperature;
            double sum = Math.exp(s);
            for (int j = 0; j < 2 * rows; j++) {
                if (ids[j % rows] != ids[i % rows]) {
                    sum += Math.exp(product(row(a, b, i), row(a, b, j)) / temperature);
                }
            }
            total += Math.log(sum) - s;
        }
        return total / (2 * rows);
    }

    private static double[] row(double[][] a, double[][] b, int i) {
        return i < a.length ? a[i] : b[i - a.length];
    }

    private static double product(double[] x, double[] y) {
        double sum = 0;
        for (int c = 0; c < x.length; c++) {
            sum += x[c] * y[c];
        }
        return sum;
    }

    private static double ntXent(double[][] a, double[][] b, double temperature) {
        return value(a, b, (x, y) -> Contrast.ntXent(x, y, temperature));
    }

    private static double maskedNce(double[][] a, double[][] b, int[] ids, double temperature) {
        return value(a, b, (x, y) -> Contrast.maskedNce(x, y, ids, temperature));
    }

    private static double value(double[][] a, double[][] b, BiFunction<Variable, Variable, Variable> loss) {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.inference(backend)) {
            return loss.apply(tape.constant(tensor(a)), tape.constant(tensor(b))).value().item();
        }
    }

    private static Tensor tensor(double[][] rows) {
        double[] values = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
        }
        return Tensor.ofDoubles(Shape.of(rows.length, rows[0].length), values);
    }

    private static double[][] rows(Random random, int count, int width) {
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = random.doubles(width, -1.5, 1.5).toArray();
        }
        return rows;
    }
}
