package io.github.indirec.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Variable;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares tensors with a recorded file, gathers every difference by name, and insists that all tensors were used. */
public final class GoldenComparison {
    /** Losses, norms, logits and intermediates: 32-bit rounding of the recording was seen to reach 9e-6. */
    private static final double CLOSE = 1e-5;

    /** Gradients and first moments, times the tensor's largest value. */
    private static final double GRADIENT = 1e-5;

    /** Second moments are squares: twice the relative error. */
    private static final double SECOND_MOMENT = 2e-5;

    /** Parameters after a step, times the learning rate. */
    private static final double PARAMETER = 0.01;

    /** Below this, a clipped gradient is rounding noise, which AdamW turns into whole steps. */
    private static final double NOISE = 1e-6;

    private final TensorFile file;
    private final double slack;
    private final Set<String> used = new LinkedHashSet<>();
    private final List<String> differences = new ArrayList<>();

    /** @param slack factor on every tolerance */
    public GoldenComparison(TensorFile file, double slack) {
        this.file = file;
        this.slack = slack;
    }

    /** Marks tensors as used otherwise. */
    public void used(String... names) {
        used.addAll(List.of(names));
    }

    public void close(String name, Variable actual) throws IOException {
        close(name, actual.value().toFloats());
    }

    public void close(String name, double... actual) throws IOException {
        float[] floats = new float[actual.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) actual[i];
        }
        close(name, floats);
    }

    /** 1e-5 + 1e-5 |reference|, infinities equal. */
    public void close(String name, float[] actual) throws IOException {
        float[] expected = expected(name, actual.length);
        for (int i = 0; i < actual.length; i++) {
            check(name, i, expected[i], actual[i], CLOSE + CLOSE * Math.abs(expected[i]));
        }
    }

    /** As {@link #close(String, float[])} at some rows of the reference only: packed against padded. */
    public void closeAtRows(String name, int[] rows, float[] actual) throws IOException {
        float[] expected = file.array(name).floats();
        used.add(name);
        int width = actual.length / rows.length;
        for (int i = 0; i < actual.length; i++) {
            float e = expected[rows[i / width] * width + i % width];
            check(name, i, e, actual[i], CLOSE + CLOSE * Math.abs(e));
        }
    }

    public void exact(String name, float[] actual) throws IOException {
        float[] expected = expected(name, actual.length);
        for (int i = 0; i < actual.length; i++) {
            check(name, i, expected[i], actual[i], 0);
        }
    }

    public void gradient(String name, float[] actual) throws IOException {
        relativeToLargest(name, actual, GRADIENT);
    }

    public void firstMoment(String name, float[] actual) throws IOException {
        relativeToLargest(name, actual, GRADIENT);
    }

    public void secondMoment(String name, float[] actual) throws IOException {
        relativeToLargest(name, actual, SECOND_MOMENT);
    }

    /**
     * A key bias has no gradient in exact arithmetic (the softmax does not see it): what is recorded is rounding noise of
     * about 1e-8, so its own largest value is no scale.
     */
    private static boolean isKeyBias(String name) {
        return name.endsWith(".attention.key.bias");
    }

    private void relativeToLargest(String name, float[] actual, double tolerance) throws IOException {
        float[] expected = expected(name, actual.length);
        double largest = isKeyBias(name) ? 1 : 0;
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        for (int i = 0; i < actual.length; i++) {
            check(name, i, expected[i], actual[i], tolerance * largest);
        }
    }

    /** 0.01 lr where the gradient is more than noise; elsewhere Adam moves by at most about lr a step. */
    public void parameter(String name, String clipped, float[] actual, double lr, int steps) throws IOException {
        float[] expected = expected(name, actual.length);
        float[] gradient = file.array(clipped).floats();
        for (int i = 0; i < actual.length; i++) {
            boolean noise = isKeyBias(name) || Math.abs(gradient[i]) < NOISE;
            check(name, i, expected[i], actual[i], noise ? 2.1 * lr * steps : PARAMETER * lr);
        }
    }

    private float[] expected(String name, int length) throws IOException {
        float[] expected = file.array(name).floats();
        used.add(name);
        if (expected.length != length) {
            differences.add(name + ": " + expected.length + " values recorded, " + length + " computed");
            return new float[length];
        }
        return expected;
    }

    private void check(String name, int i, float expected, float actual, double tolerance) {
        boolean equal = expected == actual || Math.abs((double) expected - actual) <= slack * tolerance;
        if (!equal && differences.stream().noneMatch(d -> d.startsWith(name + "["))) {
            differences.add(name + "[" + i + "]: recorded " + expected + ", computed " + actual + ", tolerance " + slack * tolerance);
        }
    }

    /** Fails with the name of every tensor that differs, or that nothing was compared with. */
    public void assertAll(Path path) {
        Set<String> unused = new TreeSet<>(file.tensors().keySet());
        unused.removeAll(used);
        for (String name : unused) {
            differences.add(name + ": nothing was compared with it");
        }
        assertTrue(differences.isEmpty(), path.getFileName() + ":\n  " + String.join("\n  ", differences));
    }
}
