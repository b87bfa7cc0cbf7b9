package io.github.indirec.tensor.cpu;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The native anchor: a matrix product by OpenBLAS on the calling thread, its operands in native memory so that no copy
 * of a Java array is timed.
 */
final class OpenBlas implements AutoCloseable {
    /** Variables that make OpenBLAS choose a kernel that does not suit the machine, which would flatter us. */
    private static final List<String> MISLEADING = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

    private final GemmShape shape;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    OpenBlas(GemmOperands operands) {
        Loader.load(openblas_nolapack.class);
        openblas_nolapack.blas_set_num_threads(1);
        this.shape = operands.shape;
        this.a = new FloatPointer(operands.a);
        this.b = new FloatPointer(operands.b);
        this.c = new FloatPointer(operands.c);
    }

    /** Why it cannot be used here; empty where it can. */
    static Optional<String> unavailable() {
        try {
            Loader.load(openblas_nolapack.class);
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of("no OpenBLAS for " + Loader.getPlatform() + " (" + e.getMessage()
                    + "); build with -Dopenblas.platform=" + Loader.getPlatform());
        }
    }

    /** Settings of the environment under which its figures mean nothing, with the remedy; empty for none. */
    static Optional<String> misled() {
        List<String> found = new ArrayList<>(MISLEADING);
        found.removeIf(name -> System.getenv(name) == null);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(" and ", found);
        return Optional.of(names + " in the environment chooses OpenBLAS's kernel, so its figures are not this"
                + " machine's; unset " + String.join(" ", found));
    }

    void multiply() {
        cblas_sgemm(
                CblasRowMajor, shape.transposeA() ? CblasTrans : CblasNoTrans,
                shape.transposeB() ? CblasTrans : CblasNoTrans, shape.m(), shape.n(), shape.k(), 1, a, shape.lda(), b,
                shape.ldb(), 0, c, shape.n());
    }

    float[] result() {
        multiply();
        float[] values = new float[shape.m() * shape.n()];
        c.get(values);
        return values;
    }

    @Override
    public void close() {
        a.close();
        b.close();
        c.close();
    }
}
