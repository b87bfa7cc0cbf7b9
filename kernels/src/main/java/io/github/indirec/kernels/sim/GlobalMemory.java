package io.github.indirec.kernels.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Global memory: allocations far apart, addresses never used twice, so that every stray access hits nothing.
 *
 * <p>Host copies check bounds as kernels do.
 */
final class GlobalMemory {
    private static final long ALIGNMENT = 256;
    private static final long GAP = 1L << 24;
    private static final int REMEMBERED = 1024;

    private final long capacity;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final Deque<Segment> freed = new ArrayDeque<>();
    private long next = Space.GLOBAL.window();
    private long nextConstant = Space.CONST.window();
    private long used;

    GlobalMemory(long capacity) {
        this.capacity = capacity;
    }

    long used() {
        return used;
    }

    long capacity() {
        return capacity;
    }

    /** A new segment, or null if there is not enough memory. */
    Segment allocate(Space space, long bytes, String label) {
        long size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (size > capacity - used || bytes > 4L * (Integer.MAX_VALUE - 8)) {
            return null;
        }
        long base = space == Space.CONST ? nextConstant : next;
        long after = base + (size + GAP - 1) / GAP * GAP + GAP;
        if (space == Space.CONST) {
            nextConstant = after;
        } else {
            next = after;
        }
        Segment segment = new Segment(space, base, bytes, label);
        segments.put(base, segment);
        used += size;
        return segment;
    }

    /** Frees a segment by its first address; false if there is none. */
    boolean free(long address) {
        Segment segment = segments.remove(address);
        if (segment == null) {
            return false;
        }
        used -= (segment.bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        freed.addLast(new Segment(segment.space, segment.base, 0, segment.label + ", " + segment.bytes + " bytes"));
        if (freed.size() > REMEMBERED) {
            freed.removeFirst();
        }
        return true;
    }

    /** Frees everything. */
    void clear() {
        List.copyOf(segments.keySet()).forEach(this::free);
    }

    /** The segment that holds all of these bytes, or null. */
    Segment find(long address, long bytes) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(address);
        if (entry == null || address - entry.getKey() > entry.getValue().bytes - bytes) {
            return null;
        }
        return entry.getValue();
    }

    /** Why an address is wrong: what is nearest to it. */
    String explain(long address) {
        if (address >= 0 && address < 4096) {
            return "null pointer plus " + address;
        }
        for (Segment segment : freed) {
            if (address >= segment.base && address - segment.base < GAP) {
                return (address - segment.base) + " bytes into freed memory " + segment.label;
            }
        }
        Map.Entry<Long, Segment> below = segments.floorEntry(address);
        Map.Entry<Long, Segment> above = segments.ceilingEntry(address);
        if (below == null && above == null) {
            return "nothing is allocated";
        }
        boolean after = above == null
                || below != null && address - below.getKey() - below.getValue().bytes <= above.getKey() - address;
        return after
                ? (address - below.getKey() - below.getValue().bytes) + " bytes past the end of "
                        + below.getValue().describe()
                : (above.getKey() - address) + " bytes before "
                        + above.getValue().describe();
    }

    /** Copies from the host; the caller has found the segment. */
    static void write(Segment segment, long offset, ByteBuffer source, int sourceOffset, long bytes) {
        ByteBuffer from = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        if ((offset & 3) == 0) {
            from.position(sourceOffset);
            from.asIntBuffer().get(segment.words, (int) (offset >>> 2), (int) (bytes >>> 2));
            at = bytes & ~3L;
        }
        for (; at < bytes; at++) {
            segment.putByte(offset + at, from.get((int) (sourceOffset + at)));
        }
        segment.markValid(offset, bytes);
    }

    /** Copies to the host. */
    static void read(ByteBuffer target, int targetOffset, Segment segment, long offset, long bytes) {
        ByteBuffer to = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        if ((offset & 3) == 0) {
            to.position(targetOffset);
            to.asIntBuffer().put(segment.words, (int) (offset >>> 2), (int) (bytes >>> 2));
            at = bytes & ~3L;
        }
        for (; at < bytes; at++) {
            to.put((int) (targetOffset + at), segment.getByte(offset + at));
        }
    }

    /** Copies between segments, also within one; what was never written stays so. */
    static void copy(Segment target, long targetOffset, Segment source, long sourceOffset, long bytes) {
        if ((targetOffset & 3) == 0 && (sourceOffset & 3) == 0 && (bytes & 3) == 0) {
            int to = (int) (targetOffset >>> 2);
            int from = (int) (sourceOffset >>> 2);
            int words = (int) (bytes >>> 2);
            System.arraycopy(source.words, from, target.words, to, words);
            if (source.valid != null) {
                target.trackValid();
                System.arraycopy(source.valid, from, target.valid, to, words);
            } else {
                target.markValid(targetOffset, bytes);
            }
            return;
        }
        boolean backwards = source == target && sourceOffset < targetOffset;
        for (long step = 0; step < bytes; step++) {
            long i = backwards ? bytes - 1 - step : step;
            target.putByte(targetOffset + i, source.getByte(sourceOffset + i));
            boolean valid = source.isValid((int) (sourceOffset + i >>> 2), 1 << (sourceOffset + i & 3));
            target.setValid(targetOffset + i, valid);
        }
    }
}
