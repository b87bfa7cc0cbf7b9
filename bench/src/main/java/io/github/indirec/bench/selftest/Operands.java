package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operands of one case on one device: the same numbers on every device, and a record of what the op has to move at
 * the least.
 */
final class Operands implements AutoCloseable {
    private static final long SEED = 2022;

    private final Backend backend;
    private final List<Tensor> owned = new ArrayList<>();
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();
    private final Map<String, float[]> hostOutputs = new LinkedHashMap<>();
    private int stream;
    private long bytes;

    Operands(Backend backend) {
        this.backend = backend;
    }

    Backend backend() {
        return backend;
    }

    /** An input of numbers spread evenly over [-1, 1). */
    Tensor input(int... dims) {
        Tensor tensor = allocate(dims);
        tensor.copyFrom(numbers(tensor.size()));
        bytes += (long) Float.BYTES * tensor.size();
        return tensor;
    }

    /** An input of numbers from 0.1 to 1.1: for variances and norms. */
    Tensor positive(int... dims) {
        Tensor tensor = allocate(dims);
        float[] values = numbers(tensor.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.6f + 0.5f * values[i];
        }
        tensor.copyFrom(values);
        bytes += (long) Float.BYTES * tensor.size();
        return tensor;
    }

    /** An output that is compared. */
    Tensor output(String name, int... dims) {
        Tensor tensor = allocate(dims);
        tensor.copyFrom(new float[tensor.size()]);
        outputs.put(name, tensor);
        bytes += (long) Float.BYTES * tensor.size();
        return tensor;
    }

    /** An output that is read, and added to. */
    Tensor inOut(String name, int... dims) {
        Tensor tensor = input(dims);
        outputs.put(name, tensor);
        bytes += (long) Float.BYTES * tensor.size();
        return tensor;
    }

    /** What a forward keeps for its backward: each device has its own form, so it is not compared. */
    Tensor saved(int size) {
        return allocate(size);
    }

    /** Whole numbers below {@code bound}. */
    int[] ints(int count, int bound) {
        RandomSequence random = new RandomSequence(new RandomKey(SEED, ++stream, 0));
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(bound);
        }
        bytes += (long) Integer.BYTES * count;
        return values;
    }

    /** Sequences of lengths 1 to about twice the mean; the first is the longest allowed. */
    RaggedLayout layout(Scale scale) {
        int[] lengths = new int[scale.batch()];
        RandomSequence random = new RandomSequence(new RandomKey(SEED, 0, 1));
        int left = scale.rows();
        for (int s = 0; s < lengths.length; s++) {
            int others = lengths.length - 1 - s;
            int most = Math.min(Math.min(scale.length(), left - others), 2 * scale.tokens() - 1);
            int least = Math.max(1, left - others * (2 * scale.tokens() - 1));
            lengths[s] = s == 0 ? Math.min(scale.length(), left - others) : least + random.nextInt(most - least + 1);
            left -= lengths[s];
        }
        return RaggedLayout.ofLengths(lengths, scale.length());
    }

    RandomKey key() {
        return new RandomKey(SEED, ++stream, 3);
    }

    /** Results that the op leaves in Java arrays. */
    void hostOutput(String name, float[] values) {
        hostOutputs.put(name, values);
    }

    /** What is not read, or read or written once more, in bytes. */
    void move(long more) {
        bytes += more;
    }

    /** Bytes that must be moved at the least: each input read once, each output written once. */
    long bytes() {
        return bytes;
    }

    /** All results, by name; waits for the device. */
    Map<String, float[]> results() {
        Map<String, float[]> results = new LinkedHashMap<>(hostOutputs);
        outputs.forEach((name, tensor) -> results.put(name, tensor.toFloats()));
        return results;
    }

    private Tensor allocate(int... dims) {
        Tensor tensor = backend.allocate(DType.F32, Shape.of(dims));
        owned.add(tensor);
        return tensor;
    }

    private float[] numbers(int count) {
        int[] words = new int[count];
        Philox.words(new RandomKey(SEED, ++stream, 0), 0, 0, count, words, 0);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * Philox.uniform(words[i]) - 1;
        }
        return values;
    }

    @Override
    public void close() {
        owned.forEach(Tensor::close);
    }
}
