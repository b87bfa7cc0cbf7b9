package io.github.indirec.kernels.driver.jcuda;

import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.util.Arrays;
import jcuda.NativePointerObject;

/**
 * The long that stands for each of JCuda's handle objects, which do not give away their pointers. A long that stands
 * for nothing any more is an error here, where the driver itself would follow it into freed memory.
 *
 * <p>Thread-safe; looking up takes no lock and makes no garbage.
 */
final class Handles {
    /** What stands at an index: the generation in the upper half of the handle tells a successor from it. */
    private record Entry(NativePointerObject object, long handle, long owner) {}

    private volatile Entry[] entries = new Entry[0];
    private long generation;

    /**
     * The handle of an object.
     *
     * @param owner handle of the object that this one ends with, 0 if none; what an owner has already is known again
     */
    synchronized long add(NativePointerObject object, long owner) {
        int free = entries.length;
        for (int i = entries.length - 1; i >= 0; i--) {
            Entry entry = entries[i];
            if (entry == null) {
                free = i;
            } else if (owner != 0 && entry.owner == owner && entry.object.equals(object)) {
                return entry.handle;
            }
        }
        Entry[] grown = Arrays.copyOf(entries, Math.max(entries.length, free + 1));
        long handle = ++generation << Integer.SIZE | free;
        grown[free] = new Entry(object, handle, owner);
        entries = grown;
        return handle;
    }

    /** The object of a handle. */
    <T extends NativePointerObject> T get(Class<T> type, long handle) {
        Entry[] table = entries;
        int index = (int) handle;
        if (index >= 0 && index < table.length) {
            Entry entry = table[index];
            if (entry != null && entry.handle == handle && type.isInstance(entry.object)) {
                return type.cast(entry.object);
            }
        }
        throw new DriverException(
                type.getSimpleName(),
                DriverStatus.INVALID_HANDLE.code(),
                "0x" + Long.toHexString(handle) + " is none, or not any more");
    }

    /** Forgets a handle and all that it owns. */
    synchronized void remove(long handle) {
        Entry[] left = entries.clone();
        for (int i = 0; i < left.length; i++) {
            if (left[i] != null && (left[i].handle == handle || left[i].owner == handle)) {
                left[i] = null;
            }
        }
        entries = left;
    }
}
