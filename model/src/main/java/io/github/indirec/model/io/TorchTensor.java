package io.github.indirec.model.io;

import java.util.Arrays;

/**
 * A tensor as a PyTorch pickle describes it: a strided window into a storage, element (i_0, i_1, ...) at
 * {@code offset + sum of i_a * strides[a]}. Several tensors may look at one storage.
 *
 * @param storage where the values are
 * @param offset first element
 * @param shape dimensions
 * @param strides steps in elements, one an axis
 */
record TorchTensor(Storage storage, long offset, int[] shape, long[] strides) {
    /** A block of numbers: the archive's entry {@code data/key}. */
    record Storage(String key, NamedArray.Type type, int length) {}

    /** Why the window does not fit, or an empty text if it does. */
    String problem() {
        long count = 1;
        long last = offset;
        try {
            for (int axis = 0; axis < shape.length; axis++) {
                if (shape[axis] < 0 || strides[axis] < 0) {
                    return "a negative dimension or stride";
                }
                count = Math.multiplyExact(count, (long) shape[axis]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0L, shape[axis] - 1L), strides[axis]));
            }
        } catch (ArithmeticException e) {
            return "a size beyond 2^63";
        }
        if (offset < 0 || (count > 0 && last >= storage.length)) {
            return "elements " + offset + " to " + last + " of a storage of " + storage.length;
        }
        // An expanded tensor (stride 0) could ask for any memory, out of a storage of one number.
        return count > storage.length ? count + " values out of a storage of " + storage.length : "";
    }

    /** Number of values; of a window that fits. */
    int count() {
        int count = 1;
        for (int dim : shape) {
            count *= dim;
        }
        return count;
    }

    /** Whether the values lie in the storage as they do in a row-major array. */
    boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            // The stride of an axis of length 1 is never used, and PyTorch leaves anything there.
            if (shape[axis] != 1 && strides[axis] != expected) {
                return false;
            }
            expected *= shape[axis];
        }
        return true;
    }

    /** The storage's bytes of this tensor in row-major order. */
    byte[] gather(byte[] storageBytes) {
        int width = storage.type.bytes();
        int count = count();
        byte[] result = new byte[count * width];
        int[] index = new int[shape.length];
        long element = offset;
        for (int i = 0; i < count; i++) {
            System.arraycopy(storageBytes, (int) element * width, result, i * width, width);
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                element += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                element -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return result;
    }

    /** Same storage, same window: the values need to be made only once. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TorchTensor tensor
                && storage.equals(tensor.storage)
                && offset == tensor.offset
                && Arrays.equals(shape, tensor.shape)
                && Arrays.equals(strides, tensor.strides);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(shape) * 31 + Long.hashCode(offset);
    }
}
