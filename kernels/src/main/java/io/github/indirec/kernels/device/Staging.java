package io.github.indirec.kernels.device;

import io.github.indirec.kernels.driver.CudaDriver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The way between Java arrays and the device: through page-locked memory, in pieces, since a Java array may move while an
 * asynchronous copy reads it.
 *
 * <p>Uploads return as soon as their values are in the ring; the ring waits for the stream only when it is full.
 * Downloads wait for the stream. Thread-safe.
 */
final class Staging {
    /** A batch's indices and masks are some hundred KB; tables go in several pieces. */
    private static final int BYTES = 4 << 20;

    private final CudaDriver driver;
    private final long stream;
    private final ByteBuffer ring;
    private int next;

    Staging(CudaDriver driver, long stream) {
        this.driver = driver;
        this.stream = stream;
        this.ring = driver.allocatePinned(BYTES).order(ByteOrder.nativeOrder());
    }

    synchronized void upload(float[] source, int offset, int count, long target) {
        for (int done = 0; done < count; ) {
            int piece = piece(count - done);
            ring.asFloatBuffer().put(next / Float.BYTES, source, offset + done, piece);
            send(piece, target + (long) Float.BYTES * done);
            done += piece;
        }
    }

    synchronized void upload(int[] source, int offset, int count, long target) {
        for (int done = 0; done < count; ) {
            int piece = piece(count - done);
            ring.asIntBuffer().put(next / Integer.BYTES, source, offset + done, piece);
            send(piece, target + (long) Integer.BYTES * done);
            done += piece;
        }
    }

    synchronized void download(long source, float[] target, int offset, int count) {
        for (int done = 0; done < count; ) {
            int piece = receive(source + (long) Float.BYTES * done, count - done, Float.BYTES);
            ring.asFloatBuffer().get(0, target, offset + done, piece);
            done += piece;
        }
    }

    synchronized void download(long source, int[] target, int offset, int count) {
        for (int done = 0; done < count; ) {
            int piece = receive(source + (long) Integer.BYTES * done, count - done, Integer.BYTES);
            ring.asIntBuffer().get(0, target, offset + done, piece);
            done += piece;
        }
    }

    synchronized void download(long source, double[] target, int offset, int count) {
        for (int done = 0; done < count; ) {
            int piece = receive(source + (long) Double.BYTES * done, count - done, Double.BYTES);
            ring.asDoubleBuffer().get(0, target, offset + done, piece);
            done += piece;
        }
    }

    /** Makes room for some of {@code left} words and says for how many. */
    private int piece(int left) {
        if (next == BYTES) {
            driver.synchronize(stream);
            next = 0;
        }
        return Math.min(left, (BYTES - next) / Integer.BYTES);
    }

    private void send(int words, long target) {
        driver.copyToDevice(target, ring, next, (long) Integer.BYTES * words, stream);
        next += Integer.BYTES * words;
    }

    private int receive(long source, int left, int size) {
        // Uploads that are under way have left the ring once the stream has been waited for.
        int count = Math.min(left, BYTES / size);
        driver.synchronize(stream);
        driver.copyToHost(ring, 0, source, (long) size * count, stream);
        driver.synchronize(stream);
        next = 0;
        return count;
    }

    void close() {
        driver.freePinned(ring);
    }
}
