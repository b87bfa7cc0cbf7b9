package io.github.indirec.tensor.cpu;

/**
 * The matrix products that are measured: C [m x n] = op(A) op(B) with op(A) [m x k]; {@code NT} has B transposed,
 * {@code TN} has A. Most of them are the model's own, at the size of a batch of Beauty (12,101 items, D = 64).
 *
 * <p>A goal is the ratio to OpenBLAS's rate on the same thread in the same process. They were set from prototypes on a
 * Zen 5 core with AVX-512; shapes without one show how a kernel bears sizes that no tile divides.
 */
public enum GemmShape {
    // Projections and feed-forward of 256 padded sequences.
    NN_12800x64x64(1.1),
    NN_12800x256x64(0.9),
    NN_12800x64x256(1.1),
    // Logits, their gradient to the item table and to the representations.
    NT_256x12101x64(1.0),
    TN_12101x64x256(0.95),
    NN_256x64x12101(1.2),
    // Similarities of two views.
    NN_512x512x64(1.0),
    NT_512x512x64(1.0),
    // The same as the first ones for a ragged batch.
    NN_1500x256x64(1.0),
    NT_1500x64x256(1.0),
    // Gradients of weights.
    TN_64x256x12800(1.0),
    TN_64x256x1500(1.0),
    TN_64x64x2143(1.0),
    NN_512x512x512(0.95),
    NN_1024x1024x1024(0.95),
    NN_37x53x61(Double.NaN),
    NT_511x129x65(Double.NaN),
    TN_511x129x65(Double.NaN);

    private final boolean transposeA;
    private final boolean transposeB;
    private final int m;
    private final int n;
    private final int k;
    private final double goal;

    /** The name says it all, and is what a result file and a pattern on the command line have. */
    GemmShape(double goal) {
        String[] sizes = name().substring(3).split("x");
        this.transposeA = name().charAt(0) == 'T';
        this.transposeB = name().charAt(1) == 'T';
        this.m = Integer.parseInt(sizes[0]);
        this.n = Integer.parseInt(sizes[1]);
        this.k = Integer.parseInt(sizes[2]);
        this.goal = goal;
    }

    boolean transposeA() {
        return transposeA;
    }

    boolean transposeB() {
        return transposeB;
    }

    int m() {
        return m;
    }

    int n() {
        return n;
    }

    int k() {
        return k;
    }

    /** Distance between stored rows of A. */
    int lda() {
        return transposeA ? m : k;
    }

    /** Distance between stored rows of B. */
    int ldb() {
        return transposeB ? k : n;
    }

    /** Floating-point operations of one product. */
    public double flops() {
        return 2.0 * m * n * k;
    }

    /** Ratio to OpenBLAS that is aimed at, NaN for none. */
    public double goal() {
        return goal;
    }

    /** As in "NT 256 x 12101 x 64". */
    public String label() {
        return name().replace("_", " ").replace("x", " x ");
    }
}
