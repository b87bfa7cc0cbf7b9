package io.github.indirec.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.ops.AttentionOps;
import io.github.indirec.autograd.ops.DiffusionOps;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.autograd.ops.NormOps;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.Backend;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gradient of every op equals central differences in float64; an op without a row here fails the build. */
class OpGradientsTest {
    /** Central differences with step 6e-6 carry an error of about step^2 = 4e-11 times the third derivative. */
    private static final double TOLERANCE = 1e-7;

    private static final long SEED = 20_260_101;
    private static final List<Class<?>> FAMILIES = List.of(
            ElementwiseOps.class,
            MatmulOps.class,
            NormOps.class,
            IndexOps.class,
            AttentionOps.class,
            DiffusionOps.class,
            LossOps.class);
    private static final RandomKey KEY = new RandomKey(7, 3, 1);
    private static final RaggedLayout LAYOUT = RaggedLayout.ofLengths(new int[] {1, 4, 3}, 5);

    private record Row(String name, Function<List<Variable>, Variable> op, int[]... shapes) {
        /** The op's name, without what tells rows of one op apart. */
        String opName() {
            return name.split(" ")[0];
        }
    }

    private static int[] shape(int... dims) {
        return dims;
    }

    private static final List<Row> TABLE = List.of(
            new Row("add", x -> ElementwiseOps.add(x.get(0), x.get(1)), shape(3, 4), shape(3, 4)),
            new Row("add of a variable to itself", x -> ElementwiseOps.add(x.get(0), x.get(0)), shape(2, 3)),
            new Row("subtract", x -> ElementwiseOps.subtract(x.get(0), x.get(1)), shape(3, 4), shape(3, 4)),
            new Row("multiply", x -> ElementwiseOps.multiply(x.get(0), x.get(1)), shape(3, 4), shape(3, 4)),
            new Row("scale", x -> ElementwiseOps.scale(x.get(0), -2.5), shape(3, 4)),
            new Row("addRowVector", x -> ElementwiseOps.addRowVector(x.get(0), x.get(1)), shape(5, 3), shape(3)),
            new Row(
                    "scaleRows",
                    x -> ElementwiseOps.scaleRows(x.get(0), Tensor.ofDoubles(Shape.of(3), 0, 1, -2)),
                    shape(3, 4)),
            new Row(
                    "dropout",
                    x -> ElementwiseOps.dropout(x.get(0), 0.4, KEY, new int[] {2, 9, 4}),
                    shape(3, 7)),
            new Row("silu", x -> ElementwiseOps.silu(x.get(0)), shape(3, 4)),
            new Row(
                    "gate",
                    x -> ElementwiseOps.gate(x.get(0), x.get(1), x.get(2)),
                    shape(3, 5),
                    shape(3, 5),
                    shape(3, 5)),
            new Row(
                    "gate of one row for all",
                    x -> ElementwiseOps.gate(x.get(0), x.get(1), x.get(2)),
                    shape(5),
                    shape(3, 5),
                    shape(3, 5)),
            new Row("sum", x -> ElementwiseOps.sum(x.get(0)), shape(3, 4)),
            new Row("mean", x -> ElementwiseOps.mean(x.get(0)), shape(3, 4)),
            new Row("matmul", x -> MatmulOps.matmul(x.get(0), x.get(1), false, false), shape(3, 4), shape(4, 5)),
            new Row("matmul NT", x -> MatmulOps.matmul(x.get(0), x.get(1), false, true), shape(3, 4), shape(5, 4)),
            new Row("matmul TN", x -> MatmulOps.matmul(x.get(0), x.get(1), true, false), shape(4, 3), shape(4, 5)),
            new Row("matmul TT", x -> MatmulOps.matmul(x.get(0), x.get(1), true, true), shape(4, 3), shape(5, 4)),
            new Row("matmul with itself", x -> MatmulOps.matmul(x.get(0), x.get(0), false, true), shape(3, 4)),
            new Row(
                    "linear",
                    x -> MatmulOps.linear(x.get(0), x.get(1), x.get(2)),
                    shape(4, 3),
                    shape(5, 3),
                    shape(5)),
            new Row(
                    "linear of two inputs",
                    x -> MatmulOps.linear(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4)),
                    shape(4, 3),
                    shape(5, 3),
                    shape(4, 2),
                    shape(5, 2),
                    shape(5)),
            new Row(
                    "linearGelu",
                    x -> MatmulOps.linearGelu(x.get(0), x.get(1), x.get(2)),
                    shape(4, 3),
                    shape(5, 3),
                    shape(5)),
            new Row(
                    "layerNorm",
                    x -> NormOps.layerNorm(x.get(0), x.get(1), x.get(2), 1e-12),
                    shape(4, 6),
                    shape(6),
                    shape(6)),
            new Row(
                    "residualNorm",
                    x -> NormOps.residualNorm(
                            x.get(0), x.get(1), 0.4, KEY, new int[] {2, 9, 4, 7}, x.get(2), x.get(3), x.get(4), 1e-12),
                    shape(4, 6),
                    shape(6),
                    shape(4, 6),
                    shape(6),
                    shape(6)),
            new Row(
                    "residualNorm without dropout",
                    x -> NormOps.residualNorm(
                            x.get(0), x.get(1), 0, KEY, new int[] {2, 9, 4, 7}, x.get(2), x.get(3), x.get(4), 1e-12),
                    shape(4, 6),
                    shape(6),
                    shape(4, 6),
                    shape(6),
                    shape(6)),
            new Row("normalizeRows", x -> NormOps.normalizeRows(x.get(0), 1e-8), shape(3, 5)),
            new Row("gatherRows", x -> IndexOps.gatherRows(x.get(0), new int[] {1, 3, 1, 0}), shape(4, 3)),
            new Row(
                    "concatColumns",
                    x -> IndexOps.concatColumns(List.of(x.get(0), x.get(1), x.get(0))),
                    shape(3, 2),
                    shape(3, 4)),
            new Row("concatRows", x -> IndexOps.concatRows(x.get(0), x.get(1)), shape(3, 2), shape(2, 2)),
            new Row(
                    "concatRows of parts of one variable",
                    x -> IndexOps.concatRows(List.of(
                            IndexOps.rows(x.get(0), 2, 3), x.get(1), IndexOps.rows(x.get(0), 0, 2), x.get(0))),
                    shape(3, 2),
                    shape(2, 2)),
            new Row("rows", x -> IndexOps.rows(x.get(0), 1, 3), shape(4, 3)),
            new Row("reshape", x -> IndexOps.reshape(x.get(0), 6), shape(2, 3)),
            new Row(
                    "attention",
                    x -> AttentionOps.attention(x.get(0), x.get(1), x.get(2), layout(LAYOUT, true, 0)),
                    shape(8, 6),
                    shape(8, 6),
                    shape(8, 6)),
            new Row(
                    "attention bidirectional with dropout",
                    x -> AttentionOps.attention(x.get(0), x.get(1), x.get(2), layout(LAYOUT, false, 0.4)),
                    shape(8, 6),
                    shape(8, 6),
                    shape(8, 6)),
            new Row(
                    "attention of the last rows with dropout",
                    x -> AttentionOps.attention(x.get(0), x.get(1), x.get(2), layout(LAYOUT.tail(1), true, 0.4)),
                    shape(3, 6),
                    shape(8, 6),
                    shape(8, 6)),
            new Row(
                    "relativeAttention",
                    x -> AttentionOps.relativeAttention(
                            x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), layout(LAYOUT, false, 0)),
                    shape(8, 6),
                    shape(8, 6),
                    shape(8, 6),
                    shape(10, 6),
                    shape(10, 6)),
            new Row(
                    "relativeAttention with dropout, keys that are queries, and a longer table",
                    x -> AttentionOps.relativeAttention(
                            x.get(0), x.get(0), x.get(1), x.get(2), x.get(3), layout(LAYOUT, false, 0.4)),
                    shape(8, 6),
                    shape(8, 6),
                    shape(14, 6),
                    shape(14, 6)),
            new Row(
                    "qSample",
                    x -> DiffusionOps.qSample(
                            x.get(0),
                            Tensor.ofDoubles(Shape.of(3, 2), 1, -2, 3, -4, 5, -6),
                            new float[] {0.9f, 0.5f},
                            new float[] {0.1f, 0.8f},
                            new int[] {1, 0, 1}),
                    shape(3, 2)),
            new Row("crossEntropy", x -> LossOps.crossEntropy(x.get(0), new int[] {4, 0, 2}), shape(3, 5)),
            new Row(
                    "weightedCrossEntropy",
                    x -> LossOps.weightedCrossEntropy(
                            x.get(0), new int[] {4, 0, 2}, Tensor.ofDoubles(Shape.of(3), 0.5, 0, 2)),
                    shape(3, 5)),
            new Row(
                    "tableCrossEntropy",
                    x -> LossOps.tableCrossEntropy(x.get(0), x.get(1), new int[] {4, 0, 4}),
                    shape(3, 4),
                    shape(5, 4)),
            new Row(
                    "sampledCrossEntropy",
                    x -> LossOps.sampledCrossEntropy(x.get(0), x.get(1), new int[] {4, 0, 4}, new int[] {1, 4, 4}),
                    shape(3, 4),
                    shape(5, 4)),
            new Row("infoNce", x -> LossOps.infoNce(x.get(0), new int[] {5, 2, 5, 7}), shape(8, 8)),
            new Row(
                    "meanSquaredError",
                    x -> LossOps.meanSquaredError(x.get(0), x.get(1)),
                    shape(3, 4),
                    shape(3, 4)),
            new Row(
                    "cosineDistance",
                    x -> LossOps.cosineDistance(x.get(0), x.get(1), 1e-8),
                    shape(3, 5),
                    shape(3, 5)));

    private static AttentionKernels.Layout layout(RaggedLayout queries, boolean causal, double dropout) {
        return new AttentionKernels.Layout(queries, LAYOUT, 2, causal, dropout, KEY);
    }

    @TestFactory
    Stream<DynamicTest> gradientEqualsCentralDifferences() {
        return TABLE.stream().map(row -> DynamicTest.dynamicTest(row.name, () -> {
            try (Backend backend = Backends.cpu(1)) {
                Random random = new Random(SEED);
                Tensor[] inputs = Stream.of(row.shapes)
                        .map(dims -> Tensor.ofDoubles(
                                Shape.of(dims),
                                random.doubles(Shape.of(dims).size(), -1.5, 1.5).toArray()))
                        .toArray(Tensor[]::new);
                GradCheck.Result result = GradCheck.check(backend, row.op, inputs);
                assertTrue(result.error() <= TOLERANCE, row.name + ", seed " + SEED + ": " + result);
            }
        }));
    }

    @Test
    void everyOpHasARow() {
        Set<String> ops = FAMILIES.stream()
                .flatMap(family -> Stream.of(family.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rows = TABLE.stream().map(Row::opName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(ops, rows);
    }

    @Test
    void aFusedTableCrossEntropyEqualsItsComposition() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Random random = new Random(SEED);
            Tensor h = Tensor.ofDoubles(Shape.of(3, 4), random.doubles(12).toArray());
            Tensor table = Tensor.ofDoubles(Shape.of(7, 4), random.doubles(28).toArray());
            int[] targets = {6, 0, 3};
            Variable logits = MatmulOps.matmul(tape.input(h), tape.input(table), false, true);
            double composed = LossOps.crossEntropy(logits, targets).value().item();
            double fused = LossOps.tableCrossEntropy(tape.input(h), tape.input(table), targets)
                    .value()
                    .item();
            assertEquals(composed, fused);
        }
    }

    @Test
    void aWrongGradientIsFound() {
        try (Backend backend = Backends.cpu(1)) {
            Function<List<Variable>, Variable> wrong = x -> {
                Variable input = x.get(0);
                Tensor y = input.tape().allocate(DType.F64, input.shape());
                backend.elementwise().multiply(input.value(), input.value(), y);
                return input.tape().record("wrong square", y, List.of(input), dy -> {
                    Tensor dx = input.tape().allocate(DType.F64, input.shape());
                    backend.elementwise().multiply(dy, input.value(), dx);
                    input.addGradient(dx);
                });
            };
            GradCheck.Result result = GradCheck.check(backend, wrong, Tensor.ofDoubles(Shape.of(2), 0.5, -2));
            assertTrue(result.error() > 0.1, "a gradient that lacks a factor of 2 passed: " + result);
        }
    }
}
