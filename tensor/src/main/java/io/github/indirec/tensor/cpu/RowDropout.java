package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Dropout of some rows of a tensor, on the calling thread. */
final class RowDropout {
    private final ScalarRandom random;
    private final Float64Random random64 = new Float64Random();
    private final ThreadLocal<int[]> words = ThreadLocal.withInitial(() -> new int[ScalarRandom.WORDS]);

    RowDropout(CpuContext context) {
        this.random = context.kernels(ScalarRandom.class, ScalarRandom::new, "VectorRandom");
    }

    /** Rows {@code from} to {@code to} of out = dropout(x); x and out have equal shapes. */
    void apply(Tensor x, double p, RandomKey key, int[] rows, int from, int to, Tensor out) {
        int width = x.shape().rowLength();
        // Exact: kept where (word >>> 8) * 2^-24 >= p, and the left side is a multiple of 2^-24.
        int threshold = (int) Math.ceil(p * (1 << 24));
        double scale = 1 / (1 - p);
        if (x.dtype() == DType.F32) {
            random.dropout(
                    floats(x), x.offset(), key, rows, from, to, width, threshold, (float) scale, words.get(),
                    floats(out), out.offset());
        } else {
            random64.dropout(
                    doubles(x), x.offset(), key, rows, from, to, width, threshold, scale, words.get(), doubles(out),
                    out.offset());
        }
    }
}
