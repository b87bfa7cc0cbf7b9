package io.github.indirec.kernels.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A driver that writes down what it is asked and keeps device memory in a buffer: its only kernel is in Java. */
final class RecordingDriver implements CudaDriver {
    /** Not what a Java long can be mistaken for: the upper half of an address counts too. */
    static final long BASE = 0x7f12_3400_0000L;

    private static final int MEMORY = 1 << 20;

    final List<String> log = new ArrayList<>();
    private final ByteBuffer memory = ByteBuffer.allocate(MEMORY).order(ByteOrder.nativeOrder());
    private final Map<Long, String> functions = new HashMap<>();
    private final int version;
    private final int devices;
    private long next = 0x7000_0000_1000L;
    private int used;

    RecordingDriver(int version, int devices) {
        this.version = version;
        this.devices = devices;
    }

    private long handle() {
        return next += 16;
    }

    private void log(String format, Object... values) {
        log.add(String.format(format, values));
    }

    private int at(long address, long bytes) {
        long offset = address - BASE;
        if (offset < 0 || offset + bytes > MEMORY) {
            throw new DriverException("copy", DriverStatus.ILLEGAL_ADDRESS.code(), Long.toHexString(address));
        }
        return (int) offset;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public int deviceCount() {
        return devices;
    }

    @Override
    public DeviceProperties properties(int ordinal) {
        if (ordinal >= devices) {
            throw new DriverException("cuDeviceGet", DriverStatus.INVALID_DEVICE.code(), "");
        }
        return new DeviceProperties("Paper 1000", 8, 6, 82, 1695000, 9751000, 384, 24L << 30);
    }

    @Override
    public long retainContext(int ordinal) {
        log("retain %d", ordinal);
        return 0x7000_0000_0010L;
    }

    @Override
    public void releaseContext(int ordinal) {
        log("release %d", ordinal);
    }

    @Override
    public void setCurrent(long context) {
        log("current %x", context);
    }

    @Override
    public long loadModule(byte[] ptx) {
        String text = new String(ptx, StandardCharsets.UTF_8);
        if (!text.startsWith(".version")) {
            throw new DriverException("cuModuleLoadData", DriverStatus.INVALID_PTX.code(), "line 1: no version");
        }
        log("load %s", text);
        return handle();
    }

    @Override
    public void unloadModule(long module) {
        log("unload");
    }

    @Override
    public long function(long module, String name) {
        if (name.equals("absent")) {
            throw new DriverException("cuModuleGetFunction", DriverStatus.NOT_FOUND.code(), "");
        }
        for (Map.Entry<Long, String> function : functions.entrySet()) {
            if (function.getValue().equals(name)) {
                return function.getKey();
            }
        }
        long function = handle();
        functions.put(function, name);
        return function;
    }

    @Override
    public DeviceMemory memory() {
        return new DeviceMemory(MEMORY - used, MEMORY);
    }

    @Override
    public long allocate(long bytes) {
        if (bytes > MEMORY - used) {
            throw new DriverException("cuMemAlloc", DriverStatus.OUT_OF_MEMORY.code(), "");
        }
        long address = BASE + used;
        used += (int) (bytes + 255) & -256;
        return address;
    }

    @Override
    public void free(long address) {
        log("free +%d", address - BASE);
    }

    @Override
    public ByteBuffer allocatePinned(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void freePinned(ByteBuffer block) {
        log("freePinned");
    }

    @Override
    public void copyToDevice(long target, ByteBuffer source, int sourceOffset, long bytes, long stream) {
        memory.put(at(target, bytes), source, sourceOffset, (int) bytes);
    }

    @Override
    public void copyToHost(ByteBuffer target, int targetOffset, long source, long bytes, long stream) {
        target.put(targetOffset, memory, at(source, bytes), (int) bytes);
    }

    @Override
    public void copyOnDevice(long target, long source, long bytes, long stream) {
        memory.put(at(target, bytes), memory, at(source, bytes), (int) bytes);
    }

    @Override
    public void fill(long target, int value, long words, long stream) {
        for (int i = 0; i < words; i++) {
            memory.putInt(at(target, 4 * words) + 4 * i, value);
        }
    }

    /** {@code scale(float* x, float factor, int count)}; any other kernel is only written down. */
    @Override
    public void launch(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            ByteBuffer arguments,
            int argumentBytes,
            long stream) {
        String name = functions.get(function);
        log("launch %s <%d %d %d, %d %d %d> %d bytes, stream %b", name, gridX, gridY, gridZ, blockX, blockY, blockZ,
                argumentBytes, stream != 0);
        if (name.equals("scale")) {
            int count = arguments.getInt(12);
            int from = at(arguments.getLong(0), 4L * count);
            for (int i = 0; i < count; i++) {
                memory.putFloat(from + 4 * i, arguments.getFloat(8) * memory.getFloat(from + 4 * i));
            }
        }
    }

    @Override
    public long createStream() {
        return handle();
    }

    @Override
    public void destroyStream(long stream) {
        log("destroyStream");
    }

    @Override
    public void synchronize(long stream) {
        log("synchronize %b", stream != 0);
    }

    @Override
    public long createEvent() {
        return handle();
    }

    @Override
    public void destroyEvent(long event) {
        log("destroyEvent");
    }

    @Override
    public void recordEvent(long event, long stream) {
        log("record");
    }

    @Override
    public float elapsedMillis(long start, long end) {
        return 1.25f * (end - start) / 16;
    }

    @Override
    public void close() {}
}
