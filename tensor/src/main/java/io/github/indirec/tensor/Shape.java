package io.github.indirec.tensor;

import java.util.Arrays;

/**
 * The dimensions of a tensor, outermost first; row-major and contiguous, so strides need not be stored. Immutable.
 *
 * <p>Axis letters used throughout: B batch, L sequence length, D hidden size, H heads, I items, K intents, T diffusion
 * steps, N packed tokens.
 */
public final class Shape {
    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        long size = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new ShapeException("Shape: expected dimensions >= 0, found " + Arrays.toString(dims));
            }
            size *= dim;
            if (size > Integer.MAX_VALUE - 8) {
                throw new ShapeException("Shape: " + Arrays.toString(dims)
                        + " holds more than 2^31 - 9 values, the limit of a Java array; split the tensor along its first"
                        + " axis");
            }
        }
        this.dims = dims;
        this.size = (int) size;
    }

    /** A shape of the given dimensions; no dimension at all is a scalar of one value. */
    public static Shape of(int... dims) {
        return new Shape(dims.clone());
    }

    /** Number of axes. */
    public int rank() {
        return dims.length;
    }

    /** Length of an axis; negative axes count from the last. */
    public int dim(int axis) {
        int resolved = axis < 0 ? axis + dims.length : axis;
        if (resolved < 0 || resolved >= dims.length) {
            throw new ShapeException("Shape.dim: axis " + axis + " does not exist in " + this);
        }
        return dims[resolved];
    }

    /** Number of values. */
    public int size() {
        return size;
    }

    /** Length of the last axis, 1 for a scalar: the width of a row. */
    public int rowLength() {
        return dims.length == 0 ? 1 : dims[dims.length - 1];
    }

    /** Number of rows when all axes but the last are flattened. */
    public int rows() {
        if (dims.length == 0) {
            return 1;
        }
        int rows = 1;
        for (int axis = 0; axis < dims.length - 1; axis++) {
            rows *= dims[axis];
        }
        return rows;
    }

    /** The dimensions, as a copy. */
    public int[] toArray() {
        return dims.clone();
    }

    /** Returns this shape, or throws naming the operation and the argument if it is not the expected one. */
    public Shape require(String operation, String argument, int... expected) {
        if (!Arrays.equals(dims, expected)) {
            throw new ShapeException(
                    operation + ": " + argument + " has shape " + this + ", expected " + Arrays.toString(expected));
        }
        return this;
    }

    /** Returns this shape, or throws naming the operation and the argument if it has another number of axes. */
    public Shape requireRank(String operation, String argument, int rank) {
        if (dims.length != rank) {
            throw new ShapeException(
                    operation + ": " + argument + " has shape " + this + ", expected " + rank + " axes");
        }
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
