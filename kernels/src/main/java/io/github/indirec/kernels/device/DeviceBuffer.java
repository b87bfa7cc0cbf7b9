package io.github.indirec.kernels.device;

/** A block of device memory lent to one caller. Closing it twice does nothing. */
public final class DeviceBuffer implements AutoCloseable {
    private final DevicePool pool;
    private final long bytes;
    private long address;

    DeviceBuffer(DevicePool pool, long bytes) {
        this.pool = pool;
        this.bytes = bytes;
        this.address = pool.lend(bytes);
    }

    /** Device address. */
    public long address() {
        if (address == 0) {
            throw new IllegalStateException(
                    "DeviceBuffer: used after its memory was given back; keep its scope or tape open, or copy the values");
        }
        return address;
    }

    /** Size asked for. */
    public long bytes() {
        return bytes;
    }

    boolean isClosed() {
        return address == 0;
    }

    @Override
    public void close() {
        if (address != 0) {
            long returned = address;
            address = 0;
            pool.giveBack(returned, bytes);
        }
    }
}
