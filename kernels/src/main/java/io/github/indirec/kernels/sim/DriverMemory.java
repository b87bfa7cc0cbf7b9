package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.driver.DriverStatus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Allocations and copies of a simulated driver, with the checks and statuses of a real one. */
final class DriverMemory {
    private final GlobalMemory memory;
    private final Set<Long> allocated = new HashSet<>();

    DriverMemory(GlobalMemory memory) {
        this.memory = memory;
    }

    int allocations() {
        return allocated.size();
    }

    void clear() {
        memory.clear();
        allocated.clear();
    }

    long allocate(long bytes, String label) {
        SimulatedDriver.require(bytes > 0, "cuMemAlloc", DriverStatus.INVALID_VALUE, bytes + " bytes");
        Segment segment = memory.allocate(Space.GLOBAL, bytes, label);
        SimulatedDriver.require(segment != null, "cuMemAlloc", DriverStatus.OUT_OF_MEMORY, bytes + " bytes");
        allocated.add(segment.base);
        return segment.base;
    }

    void free(long address) {
        boolean known = allocated.remove(address);
        String detail = "nothing allocated at 0x" + Long.toHexString(address);
        SimulatedDriver.require(known, "cuMemFree", DriverStatus.INVALID_VALUE, detail);
        memory.free(address);
    }

    void copyToDevice(long target, ByteBuffer source, int sourceOffset, long bytes) {
        Segment segment = range("cuMemcpyHtoDAsync", target, bytes);
        host("cuMemcpyHtoDAsync", source, sourceOffset, bytes);
        GlobalMemory.write(segment, target - segment.base, source, sourceOffset, bytes);
    }

    void copyToHost(ByteBuffer target, int targetOffset, long source, long bytes) {
        Segment segment = range("cuMemcpyDtoHAsync", source, bytes);
        host("cuMemcpyDtoHAsync", target, targetOffset, bytes);
        GlobalMemory.read(target, targetOffset, segment, source - segment.base, bytes);
    }

    void copyOnDevice(long target, long source, long bytes) {
        Segment to = range("cuMemcpyDtoDAsync", target, bytes);
        Segment from = range("cuMemcpyDtoDAsync", source, bytes);
        GlobalMemory.copy(to, target - to.base, from, source - from.base, bytes);
    }

    void fill(long target, int value, long words) {
        String call = "cuMemsetD32Async";
        SimulatedDriver.require((target & 3) == 0, call, DriverStatus.INVALID_VALUE, "the address is no multiple of 4");
        Segment segment = range(call, target, 4 * words);
        int first = (int) ((target - segment.base) >>> 2);
        Arrays.fill(segment.words, first, first + (int) words, value);
        segment.markValid(target - segment.base, 4 * words);
    }

    private Segment range(String call, long address, long bytes) {
        Segment segment = bytes < 0 ? null : memory.find(address, bytes);
        String where = bytes + " bytes at 0x" + Long.toHexString(address) + ": ";
        SimulatedDriver.require(
                segment != null,
                call,
                DriverStatus.INVALID_VALUE,
                where + (segment == null ? memory.explain(address) : ""));
        return segment;
    }

    private static void host(String call, ByteBuffer buffer, int offset, long bytes) {
        boolean inside = offset >= 0 && offset + bytes <= buffer.capacity();
        String detail = bytes + " bytes from " + offset + " on of a host buffer of " + buffer.capacity();
        SimulatedDriver.require(inside, call, DriverStatus.INVALID_VALUE, detail);
    }
}
