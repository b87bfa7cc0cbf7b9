package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;
import java.util.function.Consumer;

/** A Java array, possibly lent from a pool and then longer than what it was asked for. */
public final class HostStorage implements Storage {
    private Object array;
    private final int length;
    private final Consumer<Object> recycler;

    /** Wraps a {@code float[]} or {@code double[]}; {@code recycler} gets it back on release. */
    public HostStorage(Object array, int length, Consumer<Object> recycler) {
        this.array = array;
        this.length = length;
        this.recycler = recycler;
    }

    /** Storage over an array that nobody takes back. */
    public static HostStorage of(float[] values) {
        return new HostStorage(values, values.length, null);
    }

    /** Storage over an array that nobody takes back. */
    public static HostStorage of(double[] values) {
        return new HostStorage(values, values.length, null);
    }

    /** The float array behind a CPU tensor; its values start at {@link Tensor#offset}. */
    public static float[] floats(Tensor tensor) {
        return (float[]) ((HostStorage) tensor.storage()).live();
    }

    /** The double array behind a CPU tensor; its values start at {@link Tensor#offset}. */
    public static double[] doubles(Tensor tensor) {
        return (double[]) ((HostStorage) tensor.storage()).live();
    }

    private Object live() {
        if (array == null) {
            throw new IllegalStateException(
                    "Tensor: used after its memory was given back; keep its scope or tape open, or copy the values");
        }
        return array;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(int offset, float[] target, int targetOffset, int count) {
        if (live() instanceof float[] values) {
            System.arraycopy(values, offset, target, targetOffset, count);
        } else {
            double[] values = (double[]) array;
            for (int i = 0; i < count; i++) {
                target[targetOffset + i] = (float) values[offset + i];
            }
        }
    }

    @Override
    public void copyTo(int offset, double[] target, int targetOffset, int count) {
        if (live() instanceof double[] values) {
            System.arraycopy(values, offset, target, targetOffset, count);
        } else {
            float[] values = (float[]) array;
            for (int i = 0; i < count; i++) {
                target[targetOffset + i] = values[offset + i];
            }
        }
    }

    @Override
    public void copyFrom(float[] source, int sourceOffset, int offset, int count) {
        if (live() instanceof float[] values) {
            System.arraycopy(source, sourceOffset, values, offset, count);
        } else {
            double[] values = (double[]) array;
            for (int i = 0; i < count; i++) {
                values[offset + i] = source[sourceOffset + i];
            }
        }
    }

    @Override
    public void copyFrom(double[] source, int sourceOffset, int offset, int count) {
        if (live() instanceof double[] values) {
            System.arraycopy(source, sourceOffset, values, offset, count);
        } else {
            float[] values = (float[]) array;
            for (int i = 0; i < count; i++) {
                values[offset + i] = (float) source[sourceOffset + i];
            }
        }
    }

    @Override
    public void release() {
        if (array != null && recycler != null) {
            Object returned = array;
            array = null;
            recycler.accept(returned);
        }
    }

    @Override
    public boolean isReleased() {
        return array == null;
    }
}
