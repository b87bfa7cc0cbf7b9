package io.github.indirec.tensor;

import io.github.indirec.tensor.spi.HostStorage;
import io.github.indirec.tensor.spi.Storage;
import java.util.Objects;

/**
 * A dense, row-major, contiguous array of numbers on a device.
 *
 * <p><b>Ownership.</b> A tensor made by {@link io.github.indirec.tensor.spi.Backend#allocate} owns pooled memory and
 * must be closed once, usually by a {@link TensorScope}; a view ({@link #reshape}, {@link #rows}) shares the memory of
 * its base, and closing it does nothing. Tensors made from Java arrays are left to the garbage collector. Any use after
 * the close of the owner throws {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> Confined to one thread at a time; nothing here synchronises.
 */
public final class Tensor implements AutoCloseable {
    private final Shape shape;
    private final DType dtype;
    private final Device device;
    private final Storage storage;
    private final int offset;
    private final boolean owner;

    /** Wraps storage; for backends. {@code owner} says whether {@link #close} releases the storage. */
    public Tensor(Shape shape, DType dtype, Device device, Storage storage, int offset, boolean owner) {
        this.shape = Objects.requireNonNull(shape);
        this.dtype = Objects.requireNonNull(dtype);
        this.device = Objects.requireNonNull(device);
        this.storage = Objects.requireNonNull(storage);
        this.offset = offset;
        this.owner = owner;
    }

    /** A tensor over {@code values} itself (not copied), on the CPU. */
    public static Tensor of(Shape shape, float... values) {
        requireLength(shape, values.length);
        return new Tensor(shape, DType.F32, Device.CPU, HostStorage.of(values), 0, false);
    }

    /** A tensor over {@code values} itself (not copied), on the CPU, in float64. */
    public static Tensor ofDoubles(Shape shape, double... values) {
        requireLength(shape, values.length);
        return new Tensor(shape, DType.F64, Device.CPU, HostStorage.of(values), 0, false);
    }

    private static void requireLength(Shape shape, int length) {
        if (length != shape.size()) {
            throw new ShapeException("Tensor.of: shape " + shape + " needs " + shape.size() + " values, found " + length);
        }
    }

    /** A zero-filled tensor on the CPU, left to the garbage collector. */
    public static Tensor zeros(Shape shape, DType dtype) {
        return dtype == DType.F32 ? of(shape, new float[shape.size()]) : ofDoubles(shape, new double[shape.size()]);
    }

    public Shape shape() {
        return shape;
    }

    public DType dtype() {
        return dtype;
    }

    public Device device() {
        return device;
    }

    /** Number of values. */
    public int size() {
        return shape.size();
    }

    /** The memory; for backends. */
    public Storage storage() {
        return storage;
    }

    /** Index of the first value within {@link #storage}. */
    public int offset() {
        return offset;
    }

    /** The same values under another shape of the same size; shares memory. */
    public Tensor reshape(int... dims) {
        Shape target = Shape.of(dims);
        if (target.size() != size()) {
            throw new ShapeException("Tensor.reshape: " + shape + " has " + size() + " values, " + target + " needs "
                    + target.size());
        }
        return new Tensor(target, dtype, device, storage, offset, false);
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) along the first axis; shares memory. */
    public Tensor rows(int from, int to) {
        int count = shape.dim(0);
        if (from < 0 || to < from || to > count) {
            throw new ShapeException("Tensor.rows: [" + from + ", " + to + ") is outside of " + count + " rows");
        }
        int[] dims = shape.toArray();
        int rowSize = count == 0 ? 0 : size() / count;
        dims[0] = to - from;
        return new Tensor(Shape.of(dims), dtype, device, storage, offset + from * rowSize, false);
    }

    /** The values as a new {@code float[]}; float64 values are rounded. */
    public float[] toFloats() {
        float[] values = new float[size()];
        storage.copyTo(offset, values, 0, values.length);
        return values;
    }

    /** The values as a new {@code double[]}. */
    public double[] toDoubles() {
        double[] values = new double[size()];
        storage.copyTo(offset, values, 0, values.length);
        return values;
    }

    /** Overwrites all values. */
    public void copyFrom(float[] values) {
        requireLength(shape, values.length);
        storage.copyFrom(values, 0, offset, values.length);
    }

    /** Overwrites all values; rounded when this tensor is float32. */
    public void copyFrom(double[] values) {
        requireLength(shape, values.length);
        storage.copyFrom(values, 0, offset, values.length);
    }

    /** The only value of a one-element tensor. */
    public double item() {
        if (size() != 1) {
            throw new ShapeException("Tensor.item: expected one value, found shape " + shape);
        }
        return toDoubles()[0];
    }

    /** True once the owner of the memory has been closed. */
    public boolean isClosed() {
        return storage.isReleased();
    }

    /** Gives the memory back if this tensor owns it; closing twice does nothing. */
    @Override
    public void close() {
        if (owner) {
            storage.release();
        }
    }

    @Override
    public String toString() {
        return "Tensor" + shape + " " + dtype + " on " + device + (isClosed() ? " (closed)" : "");
    }
}
