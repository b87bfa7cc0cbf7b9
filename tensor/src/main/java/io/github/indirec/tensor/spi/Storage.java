package io.github.indirec.tensor.spi;

/** Memory of a tensor on some device. Offsets and lengths count values. Confined to one thread at a time. */
public interface Storage {
    /** Number of values. */
    int length();

    void copyTo(int offset, float[] target, int targetOffset, int length);

    void copyTo(int offset, double[] target, int targetOffset, int length);

    void copyFrom(float[] source, int sourceOffset, int offset, int length);

    void copyFrom(double[] source, int sourceOffset, int offset, int length);

    /** Gives the memory back; a second call does nothing. */
    void release();

    boolean isReleased();
}
