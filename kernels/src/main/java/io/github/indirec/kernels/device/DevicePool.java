package io.github.indirec.kernels.device;

import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Device memory lent again and again: asking the driver costs a synchronisation, so blocks come from slabs and go back
 * to a list of their size class.
 *
 * <p>Classes are 256 bytes times 1, 1.25, 1.5 or 1.75 times a power of two, so a block wastes less than a quarter. Lists
 * are last in, first out: a training step that asks for the same sizes in the same order as the step before gets the same
 * addresses. One stream uses a pool, so a block may be lent again before the kernels that read it have run.
 *
 * <p>In the simulator every block is an allocation of its own, so that bounds checks bite. Thread-safe.
 */
final class DevicePool {
    private static final long ALIGNMENT = 256;
    private static final long SLAB = 64L << 20;

    private final CudaDriver driver;
    private final boolean separate;
    private final Map<Long, ArrayDeque<Long>> idle = new HashMap<>();
    private final List<Long> slabs = new ArrayList<>();
    private long slabNext;
    private long slabEnd;
    private long lent;
    private long lentBlocks;
    private long reserved;

    DevicePool(CudaDriver driver, boolean separate) {
        this.driver = driver;
        this.separate = separate;
    }

    /** A block of at least {@code bytes}, which {@link #giveBack} takes with the same number. */
    synchronized long lend(long bytes) {
        if (separate) {
            long address = allocate(Math.max(1, bytes));
            count(bytes, 1);
            return address;
        }
        long size = sizeClass(bytes);
        ArrayDeque<Long> blocks = idle.get(size);
        long address = blocks == null || blocks.isEmpty() ? carve(size) : blocks.pop();
        count(size, 1);
        return address;
    }

    synchronized void giveBack(long address, long bytes) {
        if (separate) {
            free(address);
            count(-bytes, -1);
            return;
        }
        long size = sizeClass(bytes);
        idle.computeIfAbsent(size, s -> new ArrayDeque<>()).push(address);
        count(-size, -1);
    }

    /** Memory goes with a context that a kernel's fault has lost; that it cannot be freed must not hide the fault. */
    private void free(long address) {
        try {
            driver.free(address);
        } catch (DriverException e) {
            if (!DriverStatus.losesContext(e.status())) {
                throw e;
            }
        }
    }

    private void count(long bytes, int blocks) {
        lent += bytes;
        lentBlocks += blocks;
    }

    private long carve(long size) {
        if (size > SLAB / 2) {
            return slab(size);
        }
        if (slabNext + size > slabEnd) {
            slabNext = slab(SLAB);
            slabEnd = slabNext + SLAB;
        }
        long address = slabNext;
        slabNext += size;
        return address;
    }

    private long slab(long bytes) {
        long address = allocate(bytes);
        slabs.add(address);
        reserved += bytes;
        return address;
    }

    private long allocate(long bytes) {
        try {
            return driver.allocate(bytes);
        } catch (DriverException e) {
            if (e.status() != DriverStatus.OUT_OF_MEMORY.code()) {
                throw e;
            }
            throw new DriverException("cuMemAlloc", e.status(), "asked for " + bytes + " bytes; " + describe());
        }
    }

    /** The least class of at least {@code bytes}. */
    static long sizeClass(long bytes) {
        long units = Math.max(1, (bytes + ALIGNMENT - 1) / ALIGNMENT);
        if (units <= 4) {
            return units * ALIGNMENT;
        }
        long step = Long.highestOneBit(units - 1) / 4;
        return (units + step - 1) / step * step * ALIGNMENT;
    }

    /** Blocks that are lent at the moment. */
    synchronized long lentBlocks() {
        return lentBlocks;
    }

    /** What holds the memory, for messages. */
    synchronized String describe() {
        var memory = driver.memory();
        return memory.free() + " of " + memory.total() + " bytes are free on the device; this backend holds " + lent
                + " bytes in " + lentBlocks + " tensors and buffers"
                + (separate ? "" : ", and " + (reserved - lent) + " bytes ready to be lent again");
    }

    /** Gives all slabs back; blocks still lent become invalid. */
    synchronized void close() {
        for (long slab : slabs) {
            driver.free(slab);
        }
        slabs.clear();
        idle.clear();
    }
}
