package io.github.indirec.kernels.driver;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What src/test/c/libcuda.c calls: a {@link CudaDriver} with statuses instead of exceptions. An answer is the status,
 * and values behind it.
 */
final class TrampolineCalls {
    private static CudaDriver driver;
    private static int initStatus;
    private static String failure = "";

    private TrampolineCalls() {}

    /** Says whom to call, and what cuInit returns. */
    static synchronized void to(CudaDriver target, int init) {
        driver = target;
        initStatus = init;
    }

    private static long[] answer(Supplier<long[]> call) {
        try {
            return call.get();
        } catch (DriverException e) {
            failure = e.getMessage();
            return new long[] {e.status()};
        } catch (RuntimeException e) {
            // No driver would: the test's log has it, and the caller a status that no other error has.
            e.printStackTrace();
            failure = e.toString();
            return new long[] {DriverStatus.UNKNOWN.code()};
        }
    }

    private static long[] value(LongSupplier call) {
        return answer(() -> new long[] {0, call.getAsLong()});
    }

    private static long[] done(Runnable call) {
        return answer(() -> {
            call.run();
            return new long[] {0};
        });
    }

    static String failure() {
        return failure;
    }

    static long[] init(int flags) {
        return new long[] {initStatus};
    }

    static long[] version() {
        return value(driver::version);
    }

    static long[] deviceCount() {
        return value(driver::deviceCount);
    }

    static long[] device(int ordinal) {
        return done(() -> driver.properties(ordinal));
    }

    static String name(int ordinal) {
        return driver.properties(ordinal).name();
    }

    static long[] totalMemory(int ordinal) {
        return value(() -> driver.properties(ordinal).totalBytes());
    }

    /** By the numbers of CUdevice_attribute. */
    static long[] attribute(int attribute, int ordinal) {
        DeviceProperties properties = driver.properties(ordinal);
        return value(() -> switch (attribute) {
            case 75 -> properties.major();
            case 76 -> properties.minor();
            case 16 -> properties.multiprocessors();
            case 13 -> properties.clockKilohertz();
            case 36 -> properties.memoryClockKilohertz();
            case 37 -> properties.memoryBusBits();
            default -> throw new DriverException("attribute " + attribute, DriverStatus.INVALID_VALUE.code(), "");
        });
    }

    static long[] retainContext(int ordinal) {
        return value(() -> driver.retainContext(ordinal));
    }

    static long[] releaseContext(int ordinal) {
        return done(() -> driver.releaseContext(ordinal));
    }

    static long[] setCurrent(long context) {
        return done(() -> driver.setCurrent(context));
    }

    static long[] loadModule(byte[] ptx) {
        return value(() -> driver.loadModule(ptx));
    }

    static long[] unloadModule(long module) {
        return done(() -> driver.unloadModule(module));
    }

    static long[] function(long module, String name) {
        return value(() -> driver.function(module, name));
    }

    static long[] memory() {
        return answer(() -> new long[] {0, driver.memory().free(), driver.memory().total()});
    }

    static long[] allocate(long bytes) {
        return value(() -> driver.allocate(bytes));
    }

    static long[] free(long address) {
        return done(() -> driver.free(address));
    }

    static ByteBuffer allocatePinned(long bytes) {
        return driver.allocatePinned(Math.toIntExact(bytes));
    }

    static long[] freePinned(ByteBuffer memory) {
        return done(() -> driver.freePinned(memory));
    }

    static long[] copyToDevice(long target, ByteBuffer source, int offset, long bytes, long stream) {
        return done(() -> driver.copyToDevice(target, source, offset, bytes, stream));
    }

    static long[] copyToHost(ByteBuffer target, int offset, long source, long bytes, long stream) {
        return done(() -> driver.copyToHost(target, offset, source, bytes, stream));
    }

    static long[] copyOnDevice(long target, long source, long bytes, long stream) {
        return done(() -> driver.copyOnDevice(target, source, bytes, stream));
    }

    static long[] fill(long target, int value, long words, long stream) {
        return done(() -> driver.fill(target, value, words, stream));
    }

    static long[] launch(
            long function, int gx, int gy, int gz, int bx, int by, int bz, ByteBuffer block, int bytes, long stream) {
        return done(() -> driver.launch(function, gx, gy, gz, bx, by, bz, block, bytes, stream));
    }

    static long[] createStream() {
        return value(driver::createStream);
    }

    static long[] destroyStream(long stream) {
        return done(() -> driver.destroyStream(stream));
    }

    static long[] synchronize(long stream) {
        return done(() -> driver.synchronize(stream));
    }

    static long[] createEvent() {
        return value(driver::createEvent);
    }

    static long[] destroyEvent(long event) {
        return done(() -> driver.destroyEvent(event));
    }

    static long[] recordEvent(long event, long stream) {
        return done(() -> driver.recordEvent(event, stream));
    }

    static long[] elapsedMillis(long start, long end) {
        return value(() -> Float.floatToRawIntBits(driver.elapsedMillis(start, end)));
    }
}
