package io.github.indirec.model.items;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.GradCheck;
import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.model.items.SemanticConfig.Fusion;
import io.github.indirec.model.items.SemanticConfig.IdInit;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FusedTableTest {
    private static final int ITEMS = 9;
    private static final int WIDTH = 10;
    private static final int SIZE = 4;
    private static final long SEED = 11;

    /** Float32 sums of a few dozen products of order 1. */
    private static final double TOLERANCE = 2e-6;

    private static SemanticConfig config(Fusion fusion, int layers) {
        return new SemanticConfig(fusion, layers, 0.1, IdInit.RANDOM, false);
    }

    private static ItemVectors vectors(int items, long seed) {
        Random random = new Random(seed);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return ItemVectors.of(values, WIDTH);
    }

    /** A table whose every parameter, biases included, is of order 1, so that a part left out shows. */
    private static FusedTable table(Parameters parameters, SemanticConfig config) {
        FusedTable table = FusedTable.of(parameters, config, vectors(ITEMS, SEED), SIZE);
        Random random = new Random(SEED + 1);
        for (Parameter parameter : parameters.all()) {
            if (!parameter.isFrozen()) {
                float[] values = new float[parameter.shape().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = 0.5f * (float) random.nextGaussian();
                }
                parameter.value().copyFrom(values);
            }
        }
        return table;
    }

    private static double[] values(Parameters parameters, String name) {
        return parameters.get(name).value().toDoubles();
    }

    /** y = W x + b in float64, W [out x in]. */
    private static double[] affine(double[] weight, double[] x, double[] bias) {
        double[] y = bias.clone();
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += weight[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    /** A(v), layer after layer, in float64. */
    private static double[] adapted(Parameters parameters, float[] vector) {
        double[] x = new double[vector.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = vector[i];
        }
        for (int layer = 0; parameters.contains("adapter." + layer + ".weight"); layer++) {
            String name = "adapter." + layer;
            x = affine(values(parameters, name + ".weight"), x, values(parameters, name + ".bias"));
        }
        return x;
    }

    /** The formula of a fusion in float64; {@code e} is null for a new item. */
    private static double[] fused(Parameters parameters, Fusion fusion, double[] e, double[] a) {
        double[] zeros = new double[SIZE];
        return switch (fusion) {
            case GATED -> e == null ? a : mixed(twoViews(parameters, "fusion.gate", e, a), e, a);
            case WEIGHTED -> e == null ? a : mixed(values(parameters, "fusion.alpha"), e, a);
            case CONCAT -> twoViews(parameters, "fusion.projection", e == null ? zeros : e, a);
            case CROSS_ATTENTION -> affine(
                    values(parameters, "fusion.attention.dense.weight"),
                    affine(values(parameters, "fusion.attention.value.weight"), a, zeros),
                    values(parameters, "fusion.attention.dense.bias"));
        };
    }

    private static double[] twoViews(Parameters parameters, String name, double[] e, double[] a) {
        return affine(
                values(parameters, name + ".semantic.weight"),
                a,
                affine(values(parameters, name + ".id.weight"), e, values(parameters, name + ".bias")));
    }

    private static double[] mixed(double[] z, double[] e, double[] a) {
        double[] y = new double[e.length];
        for (int j = 0; j < y.length; j++) {
            double g = 1 / (1 + Math.exp(-z[j]));
            y[j] = g * e[j] + (1 - g) * a[j];
        }
        return y;
    }

    private static double[] row(double[] table, int row) {
        return Arrays.copyOfRange(table, row * SIZE, (row + 1) * SIZE);
    }

    private static float[] vector(ItemVectors vectors, int item) {
        float[] vector = new float[vectors.width()];
        vectors.copyRow(item, vector, 0);
        return vector;
    }

    @ParameterizedTest
    @EnumSource(Fusion.class)
    void everyRowIsTheFormulasAndPaddingAndMaskAreTheirIdRows(Fusion fusion) {
        for (int layers = 1; layers <= 2; layers++) {
            try (Backend backend = Backends.cpu(1);
                    Parameters parameters = new Parameters(backend, DType.F32);
                    Tape tape = Tape.inference(backend)) {
                FusedTable table = table(parameters, config(fusion, layers));
                double[] actual = table.on(tape).value().toDoubles();
                double[] ids = table.ids().value().toDoubles();
                assertArrayEquals(row(ids, 0), row(actual, 0));
                assertArrayEquals(row(ids, ITEMS + 1), row(actual, ITEMS + 1));
                for (int item = 1; item <= ITEMS; item++) {
                    double[] a = adapted(parameters, vector(vectors(ITEMS, SEED), item));
                    double[] expected = fused(parameters, fusion, row(ids, item), a);
                    assertArrayEquals(expected, row(actual, item), TOLERANCE, fusion + ", item " + item);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fusion.class)
    void aNewItemsRowIsTheFormulasWithoutAnIdRow(Fusion fusion) {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            FusedTable table = table(parameters, config(fusion, 2));
            ItemVectors added = vectors(3, 99);
            Variable rows = tape.constant(Shape.of(3, WIDTH), added.values());
            for (AffineMap map : table.newItemMaps(tape)) {
                rows = map.of(rows);
            }
            for (int item = 1; item <= 3; item++) {
                double[] expected = fused(parameters, fusion, null, adapted(parameters, vector(added, item)));
                assertArrayEquals(expected, row(rows.value().toDoubles(), item - 1), TOLERANCE, fusion + " " + item);
            }
        }
    }

    /** The mean is that of the items of training: new items move it no more than they move any other weight. */
    @Test
    void centredVectorsAreThoseLessTheMeanOfTheItemsOfTraining() {
        ItemVectors known = vectors(ITEMS, SEED);
        ItemVectors added = vectors(3, 99);
        double[] mean = new double[WIDTH];
        for (int item = 1; item <= ITEMS; item++) {
            float[] v = vector(known, item);
            for (int i = 0; i < WIDTH; i++) {
                mean[i] += (double) v[i] / ITEMS;
            }
        }
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            FusedTable table =
                    table(parameters, new SemanticConfig(Fusion.GATED, 2, 0.1, IdInit.RANDOM, true));
            double[] actual = table.on(tape).value().toDoubles();
            double[] ids = table.ids().value().toDoubles();
            for (int item = 1; item <= ITEMS; item++) {
                double[] a = adapted(parameters, less(vector(known, item), mean));
                double[] expected = fused(parameters, Fusion.GATED, row(ids, item), a);
                assertArrayEquals(expected, row(actual, item), TOLERANCE, "item " + item);
            }
            Variable rows = tape.constant(Shape.of(3, WIDTH), added.values());
            for (AffineMap map : table.newItemMaps(tape)) {
                rows = map.of(rows);
            }
            for (int item = 1; item <= 3; item++) {
                double[] expected = adapted(parameters, less(vector(added, item), mean));
                assertArrayEquals(expected, row(rows.value().toDoubles(), item - 1), TOLERANCE, "new item " + item);
            }
        }
    }

    private static float[] less(float[] vector, double[] mean) {
        float[] difference = new float[vector.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (float) (vector[i] - mean[i]);
        }
        return difference;
    }

    @ParameterizedTest
    @EnumSource(Fusion.class)
    void gradientsOfTableAndAlignmentReachWhatHasAnEffectAndEqualCentralDifferences(Fusion fusion) {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F64)) {
            FusedTable table = table(parameters, config(fusion, 2));
            List<Parameter> trained = new ArrayList<>();
            parameters.all().stream().filter(p -> !p.isFrozen()).forEach(trained::add);
            // The check moves the parameters' own memory: op reads them through the table, not through its inputs.
            double[] weights = new Random(3).doubles((ITEMS + 2) * SIZE, -1, 1).toArray();
            try (Tape tape = Tape.recording(backend)) {
                tape.backward(objective(tape, table, weights));
            }
            for (Parameter parameter : trained) {
                double[] x = parameter.value().toDoubles();
                for (int i = 0; i < x.length; i++) {
                    double above = moved(backend, table, weights, parameter, i, GradCheck.STEP);
                    double below = moved(backend, table, weights, parameter, i, -GradCheck.STEP);
                    double numeric = (above - below) / (2 * GradCheck.STEP);
                    double analytic = parameter.gradient().toDoubles()[i];
                    // As in the table of op gradients.
                    assertEquals(numeric, analytic, 1e-7 * Math.max(1, Math.abs(numeric)), parameter + " " + i);
                }
            }
            assertFalse(parameters.get(FusedTable.VECTORS).hasGradient());
        }
    }

    private static double moved(
            Backend backend, FusedTable table, double[] weights, Parameter parameter, int at, double step) {
        double[] values = parameter.value().toDoubles();
        double[] shifted = values.clone();
        shifted[at] += step;
        parameter.value().copyFrom(shifted);
        try (Tape tape = Tape.inference(backend)) {
            return objective(tape, table, weights).value().item();
        } finally {
            parameter.value().copyFrom(values);
        }
    }

    /** Weighted sum of the table, asked for twice, and the alignment loss. */
    private static Variable objective(Tape tape, FusedTable table, double[] weights) {
        Variable fixed = tape.constant(Tensor.ofDoubles(Shape.of(ITEMS + 2, SIZE), weights));
        Variable sum = ElementwiseOps.sum(ElementwiseOps.multiply(table.on(tape), fixed));
        Variable looked = ElementwiseOps.sum(IndexOps.gatherRows(table.on(tape), new int[] {3, 1, 3, ITEMS + 1}));
        return ElementwiseOps.add(ElementwiseOps.add(sum, looked), table.alignmentLoss(tape));
    }

    @Test
    void theAlignmentLossIsTheMeanOverRealItemsOfOneMinusTheCosine() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            FusedTable table = table(parameters, config(Fusion.GATED, 2));
            double[] ids = table.ids().value().toDoubles();
            double expected = 0;
            for (int item = 1; item <= ITEMS; item++) {
                double[] e = row(ids, item);
                double[] a = adapted(parameters, vector(vectors(ITEMS, SEED), item));
                expected += (1 - dot(e, a) / Math.sqrt(dot(e, e) * dot(a, a))) / ITEMS;
            }
            assertEquals(expected, table.alignmentLoss(tape).value().item(), TOLERANCE);
        }
    }

    /** By hand: cosines 1, 0 and -1 with vectors that the identity adapts. */
    @Test
    void viewsThatPointTheSameWayCostNothingOppositeOnesTwo() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            ItemVectors vectors = ItemVectors.of(new float[] {3, 0, 0, 2, -1, -1}, 2);
            FusedTable table = FusedTable.of(parameters, config(Fusion.GATED, 1), vectors, 2);
            parameters.get("adapter.0.weight").value().copyFrom(new float[] {1, 0, 0, 1});
            table.ids().value().copyFrom(new float[] {9, 9, 0.5f, 0, 4, 0, 1, 1, 9, 9});
            assertEquals((0 + 1 + 2) / 3.0, table.alignmentLoss(tape).value().item(), TOLERANCE);
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 384})
    void anAdapterOfTwoLayersMultipliedOutEqualsItsTwoProducts(int width) {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            Adapter adapter = new Adapter(parameters, 2, width, 64);
            adapter.initialize(new XavierNormal(SEED));
            for (Parameter parameter : parameters.all()) {
                if (parameter.shape().rank() == 1) {
                    backend.elementwise().fill(parameter.value(), 0.01);
                }
            }
            // Unit vectors, as sentence encoders give.
            float[] unit = new float[200 * width];
            Random random = new Random(SEED);
            for (int i = 0; i < unit.length; i++) {
                unit[i] = (float) (random.nextGaussian() / Math.sqrt(width));
            }
            Variable x = tape.constant(Shape.of(200, width), unit);
            float[] once = adapter.map(tape).of(x).value().toFloats();
            float[] columns = new float[unit.length];
            for (int i = 0; i < unit.length; i++) {
                columns[i % width * 200 + i / width] = unit[i];
            }
            float[] ofColumns = adapter.of(tape.constant(Shape.of(width, 200), columns)).value().toFloats();
            Variable inner = new AffineMap(
                            tape.leaf(parameters.get("adapter.0.weight")), tape.leaf(parameters.get("adapter.0.bias")))
                    .of(x);
            float[] twice = new AffineMap(
                            tape.leaf(parameters.get("adapter.1.weight")), tape.leaf(parameters.get("adapter.1.bias")))
                    .of(inner)
                    .value()
                    .toFloats();
            // Equal in exact arithmetic; sums of up to 384 float32 products in another order, of a result of order 0.1.
            assertArrayEquals(twice, once, 3e-7f);
            assertArrayEquals(once, ofColumns, "the same products in the same order");
            assertNotEquals(0, once[0]);
        }
    }

    @Test
    void aTapeAndItsPassesComputeTheTableOnceAndTheNextTapeAnew() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            FusedTable table = table(parameters, config(Fusion.GATED, 2));
            float before;
            try (Tape tape = Tape.recording(backend)) {
                Variable once = table.on(tape);
                before = once.value().toFloats()[SIZE];
                assertSame(once, table.on(tape));
                parameters.get("adapter.1.bias").value().copyFrom(new float[] {7, 7, 7, 7});
                try (Tape pass = tape.pass()) {
                    assertEquals(before, table.on(pass).value().toFloats()[SIZE], "a pass sees its step's table");
                    assertFalse(table.on(pass).needsGradient());
                }
            }
            try (Tape tape = Tape.inference(backend)) {
                assertNotEquals(before, table.on(tape).value().toFloats()[SIZE], "the next tape sees new weights");
            }
        }
    }

    @Test
    void principalComponentsPointAlongTheGreatestVarianceAndKeepProportions() {
        try (Backend backend = Backends.cpu(1)) {
            // Deviations from the mean (10, 20, 30): +-4 along (3, 0, 4) / 5, +-1 along y, nothing along the third axis.
            double[][] points = {{2.4, 0, 3.2}, {-2.4, 0, -3.2}, {0, 1, 0}, {0, -1, 0}};
            float[] vectors = new float[12];
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 3; j++) {
                    vectors[j * 4 + i] = (float) (points[i][j] + 10 * (j + 1));
                }
            }
            float[] components = PrincipalComponents.of(backend, Tensor.of(Shape.of(3, 4), vectors), 2, 0.02);
            double factor = 0.02 / Math.sqrt((16 + 16 + 1 + 1) / 8.0);
            double[] expected = {4, 0, -4, 0, 0, 1, 0, -1};
            for (int i = 0; i < expected.length; i++) {
                assertEquals(factor * expected[i], components[i], 1e-7, "component " + i);
            }
        }
    }

    @Test
    void pcaInitialisationFillsTheRealRowsAlone() {
        try (Backend backend = Backends.cpu(1);
                Parameters random = new Parameters(backend, DType.F32);
                Parameters pca = new Parameters(backend, DType.F32)) {
            FusedTable drawn = FusedTable.of(random, config(Fusion.GATED, 2), vectors(ITEMS, SEED), SIZE);
            SemanticConfig config = new SemanticConfig(Fusion.GATED, 2, 0.1, IdInit.PCA, false);
            FusedTable projected = FusedTable.of(pca, config, vectors(ITEMS, SEED), SIZE);
            drawn.initialize(5, 0.02);
            projected.initialize(5, 0.02);
            double[] expected = drawn.ids().value().toDoubles();
            double[] actual = projected.ids().value().toDoubles();
            assertArrayEquals(row(expected, 0), row(actual, 0));
            assertArrayEquals(row(expected, ITEMS + 1), row(actual, ITEMS + 1));
            double[] mean = new double[SIZE];
            double[][] products = new double[SIZE][SIZE];
            for (int item = 1; item <= ITEMS; item++) {
                double[] e = row(actual, item);
                for (int i = 0; i < SIZE; i++) {
                    mean[i] += e[i];
                    for (int j = 0; j < SIZE; j++) {
                        products[i][j] += e[i] * e[j];
                    }
                }
            }
            double squares = 0;
            for (int i = 0; i < SIZE; i++) {
                assertEquals(0, mean[i], 1e-7, "components are centred");
                squares += products[i][i];
                assertTrue(i == 0 || products[i - 1][i - 1] >= products[i][i], "the first component varies most");
                for (int j = 0; j < i; j++) {
                    assertEquals(0, products[i][j], 1e-8, "components are uncorrelated");
                }
            }
            assertEquals(0.02, Math.sqrt(squares / (ITEMS * SIZE)), 1e-7);
            assertArrayEquals(values(random, "adapter.0.weight"), values(pca, "adapter.0.weight"));
        }
    }
}
