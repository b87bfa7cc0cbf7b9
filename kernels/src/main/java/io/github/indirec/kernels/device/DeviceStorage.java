package io.github.indirec.kernels.device;

import io.github.indirec.tensor.spi.Storage;

/** Float32 values of a tensor in device memory. Copies to the host wait for the stream. */
final class DeviceStorage implements Storage {
    private final CudaDevice device;
    private final DeviceBuffer buffer;
    private final int length;

    DeviceStorage(CudaDevice device, int length) {
        this.device = device;
        this.length = length;
        this.buffer = device.buffer((long) Float.BYTES * length);
    }

    /** Device address of a value. */
    long address(int offset) {
        return buffer.address() + (long) Float.BYTES * offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(int offset, float[] target, int targetOffset, int count) {
        device.checked(
                "reading a tensor", () -> device.staging().download(address(offset), target, targetOffset, count));
    }

    @Override
    public void copyTo(int offset, double[] target, int targetOffset, int count) {
        float[] values = new float[count];
        copyTo(offset, values, 0, count);
        for (int i = 0; i < count; i++) {
            target[targetOffset + i] = values[i];
        }
    }

    @Override
    public void copyFrom(float[] source, int sourceOffset, int offset, int count) {
        device.checked(
                "filling a tensor", () -> device.staging().upload(source, sourceOffset, count, address(offset)));
    }

    @Override
    public void copyFrom(double[] source, int sourceOffset, int offset, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) source[sourceOffset + i];
        }
        copyFrom(values, 0, offset, count);
    }

    @Override
    public void release() {
        buffer.close();
    }

    @Override
    public boolean isReleased() {
        return buffer.isClosed();
    }
}
