package io.github.indirec.kernels.device;

import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.RandomKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of one launch, in the order of the kernel's parameters, and the launch itself. One a thread, used again
 * and again: nothing is allocated for a launch without arrays.
 *
 * <p>Parameters stand one after another at multiples of their own size, as the driver wants them.
 */
public final class Launch {
    /** Kernels may have 4 KB of parameters. */
    private static final int BYTES = 4096;

    private final CudaDevice device;
    private final ByteBuffer block;
    private final List<DeviceBuffer> temporary = new ArrayList<>();
    private Kernel kernel;
    private int size;

    Launch(CudaDevice device) {
        this.device = device;
        this.block = device.driver().allocatePinned(BYTES).order(ByteOrder.nativeOrder());
    }

    ByteBuffer block() {
        return block;
    }

    Launch begin(Kernel started) {
        kernel = started;
        size = 0;
        release();
        return this;
    }

    /** An {@code int} parameter. */
    public Launch i32(int value) {
        block.putInt(at(Integer.BYTES), value);
        return this;
    }

    /** A {@code float} parameter: the number rounded. */
    public Launch f32(double value) {
        block.putFloat(at(Float.BYTES), (float) value);
        return this;
    }

    /** A 64-bit parameter: an address, 0 for none, or a number. */
    public Launch i64(long value) {
        block.putLong(at(Long.BYTES), value);
        return this;
    }

    /** The address of a tensor's first value; null is a null pointer. */
    public Launch tensor(Tensor tensor) {
        return i64(tensor == null ? 0 : device.address(tensor));
    }

    /** The address of a buffer. */
    public Launch buffer(DeviceBuffer buffer) {
        return i64(buffer.address());
    }

    /** A copy of the first {@code count} values of an array, for this launch alone; null is a null pointer. */
    public Launch ints(int[] values, int count) {
        if (values == null) {
            return i64(0);
        }
        DeviceBuffer buffer = device.upload(values, count);
        temporary.add(buffer);
        return buffer(buffer);
    }

    /** A copy of an array, for this launch alone. */
    public Launch floats(float[] values) {
        DeviceBuffer buffer = device.upload(values);
        temporary.add(buffer);
        return buffer(buffer);
    }

    /** Four parameters: low and high half of the seed, stream, step. */
    public Launch key(RandomKey key) {
        return i32((int) key.seed()).i32((int) (key.seed() >>> 32)).i32(key.stream()).i32(key.step());
    }

    /** Starts the kernel on a row of blocks; without blocks nothing happens. */
    public void run(int grid, int block) {
        run(grid, 1, block);
    }

    /** Starts the kernel on a plane of blocks; without blocks nothing happens. */
    public void run(int gridX, int gridY, int threads) {
        try {
            if (gridX > 0 && gridY > 0) {
                device.driver()
                        .launch(kernel.function(), gridX, gridY, 1, threads, 1, 1, block, size, device.stream());
            }
        } catch (DriverException e) {
            throw device.failed(
                    "kernel " + kernel.name() + " (grid " + gridX + " x " + gridY + ", " + threads + " threads)", e);
        } finally {
            release();
        }
    }

    private int at(int bytes) {
        int at = (size + bytes - 1) & -bytes;
        size = at + bytes;
        return at;
    }

    private void release() {
        for (DeviceBuffer buffer : temporary) {
            buffer.close();
        }
        temporary.clear();
    }
}
