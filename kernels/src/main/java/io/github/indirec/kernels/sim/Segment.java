package io.github.indirec.kernels.sim;

import java.util.Arrays;

/** A stretch of device memory: an allocation, a variable, or a thread's local memory. */
final class Segment {
    /** Poison of fresh memory: a quiet NaN as a float, far out of range as an index. */
    static final int POISON = 0xffc0dead;

    final Space space;
    final long base;
    final long bytes;
    String label;
    /** Contents, little-endian. */
    final int[] words;
    /** For each word a bit for each byte that was written; null once all are. */
    byte[] valid;
    /** Who accessed it, or null if nobody asked. */
    Shadow shadow;

    Segment(Space space, long base, long bytes, String label) {
        this.space = space;
        this.base = base;
        this.bytes = bytes;
        this.label = label;
        words = new int[Math.toIntExact((bytes + 3) / 4)];
        forget();
    }

    /** Makes the contents undefined. */
    void forget() {
        Arrays.fill(words, POISON);
        if (valid == null) {
            valid = new byte[words.length];
        } else {
            Arrays.fill(valid, (byte) 0);
        }
    }

    /** Whether a word's bytes of this mask were all written. */
    boolean isValid(int word, int byteMask) {
        return valid == null || (valid[word] & byteMask) == byteMask;
    }

    void markValid(int word, int byteMask) {
        if (valid != null) {
            valid[word] |= (byte) byteMask;
        }
    }

    /** Marks bytes from host copies and fills. */
    void markValid(long offset, long count) {
        if (offset == 0 && count == bytes) {
            valid = null;
        }
        if (valid == null) {
            return;
        }
        long at = offset;
        while (at < offset + count) {
            if ((at & 3) == 0 && offset + count - at >= 4) {
                valid[(int) (at >>> 2)] = 15;
                at += 4;
            } else {
                valid[(int) (at >>> 2)] |= (byte) (1 << (at & 3));
                at++;
            }
        }
    }

    /** Begins to note which bytes were written; so far all were, unless it was noted already. */
    void trackValid() {
        if (valid == null) {
            valid = new byte[words.length];
            Arrays.fill(valid, (byte) 15);
        }
    }

    /** Sets whether one byte counts as written. */
    void setValid(long offset, boolean written) {
        trackValid();
        int bit = 1 << (offset & 3);
        int word = (int) (offset >>> 2);
        valid[word] = (byte) (written ? valid[word] | bit : valid[word] & ~bit);
    }

    byte getByte(long offset) {
        return (byte) (words[(int) (offset >>> 2)] >>> 8 * (int) (offset & 3));
    }

    void putByte(long offset, int value) {
        int shift = 8 * (int) (offset & 3);
        int word = (int) (offset >>> 2);
        words[word] = words[word] & ~(0xff << shift) | (value & 0xff) << shift;
    }

    void putShort(long offset, int value) {
        int shift = 8 * (int) (offset & 2);
        int word = (int) (offset >>> 2);
        words[word] = words[word] & ~(0xffff << shift) | (value & 0xffff) << shift;
    }

    long getLong(long offset) {
        int word = (int) (offset >>> 2);
        return (long) words[word + 1] << 32 | words[word] & 0xffffffffL;
    }

    void putLong(long offset, long value) {
        int word = (int) (offset >>> 2);
        words[word] = (int) value;
        words[word + 1] = (int) (value >>> 32);
    }

    /** Name and size, for reports. */
    String describe() {
        return label + " (" + bytes + " bytes at 0x" + Long.toHexString(base) + ")";
    }
}
