package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * The tile for 32 vector registers (AVX-512): 5 x 4 accumulators.
 *
 * <p>Written out because C2 keeps accumulators in registers only as plain locals. 20 of them and 4 vectors of B ran at
 * 97 to 100 % of the peak of a Zen 5 core; 6 x 4 runs at one of two speeds from compilation to compilation, and more
 * rows spill.
 */
final class VectorGemmTileWide extends VectorGemmTile {
    private static final int ROWS = 5;
    private static final int COLUMNS = 4 * LANES;

    VectorGemmTileWide() {
        super(ROWS, COLUMNS);
    }

    @Override
    void alongRows(
            int k,
            float[] a,
            int a0,
            int lda,
            int valid,
            float[] panel,
            int p0,
            float[] t,
            int t0,
            int ldt,
            boolean resume) {
        int last = valid - 1;
        int a1 = a0 + Math.min(1, last) * lda;
        int a2 = a0 + Math.min(2, last) * lda;
        int a3 = a0 + Math.min(3, last) * lda;
        int a4 = a0 + Math.min(4, last) * lda;
        int t1 = t0 + ldt;
        int t2 = t1 + ldt;
        int t3 = t2 + ldt;
        int t4 = t3 + ldt;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c02 = FloatVector.zero(FLOATS);
        FloatVector c03 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c12 = FloatVector.zero(FLOATS);
        FloatVector c13 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c22 = FloatVector.zero(FLOATS);
        FloatVector c23 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        FloatVector c32 = FloatVector.zero(FLOATS);
        FloatVector c33 = FloatVector.zero(FLOATS);
        FloatVector c40 = FloatVector.zero(FLOATS);
        FloatVector c41 = FloatVector.zero(FLOATS);
        FloatVector c42 = FloatVector.zero(FLOATS);
        FloatVector c43 = FloatVector.zero(FLOATS);
        if (resume) {
            c00 = FloatVector.fromArray(FLOATS, t, t0);
            c01 = FloatVector.fromArray(FLOATS, t, t0 + LANES);
            c02 = FloatVector.fromArray(FLOATS, t, t0 + 2 * LANES);
            c03 = FloatVector.fromArray(FLOATS, t, t0 + 3 * LANES);
            c10 = FloatVector.fromArray(FLOATS, t, t1);
            c11 = FloatVector.fromArray(FLOATS, t, t1 + LANES);
            c12 = FloatVector.fromArray(FLOATS, t, t1 + 2 * LANES);
            c13 = FloatVector.fromArray(FLOATS, t, t1 + 3 * LANES);
            c20 = FloatVector.fromArray(FLOATS, t, t2);
            c21 = FloatVector.fromArray(FLOATS, t, t2 + LANES);
            c22 = FloatVector.fromArray(FLOATS, t, t2 + 2 * LANES);
            c23 = FloatVector.fromArray(FLOATS, t, t2 + 3 * LANES);
            c30 = FloatVector.fromArray(FLOATS, t, t3);
            c31 = FloatVector.fromArray(FLOATS, t, t3 + LANES);
            c32 = FloatVector.fromArray(FLOATS, t, t3 + 2 * LANES);
            c33 = FloatVector.fromArray(FLOATS, t, t3 + 3 * LANES);
            c40 = FloatVector.fromArray(FLOATS, t, t4);
            c41 = FloatVector.fromArray(FLOATS, t, t4 + LANES);
            c42 = FloatVector.fromArray(FLOATS, t, t4 + 2 * LANES);
            c43 = FloatVector.fromArray(FLOATS, t, t4 + 3 * LANES);
        }
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(FLOATS, a[a1 + p]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(FLOATS, a[a2 + p]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(FLOATS, a[a3 + p]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(FLOATS, a[a4 + p]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
        }
        c00.intoArray(t, t0);
        c01.intoArray(t, t0 + LANES);
        c02.intoArray(t, t0 + 2 * LANES);
        c03.intoArray(t, t0 + 3 * LANES);
        c10.intoArray(t, t1);
        c11.intoArray(t, t1 + LANES);
        c12.intoArray(t, t1 + 2 * LANES);
        c13.intoArray(t, t1 + 3 * LANES);
        c20.intoArray(t, t2);
        c21.intoArray(t, t2 + LANES);
        c22.intoArray(t, t2 + 2 * LANES);
        c23.intoArray(t, t2 + 3 * LANES);
        c30.intoArray(t, t3);
        c31.intoArray(t, t3 + LANES);
        c32.intoArray(t, t3 + 2 * LANES);
        c33.intoArray(t, t3 + 3 * LANES);
        c40.intoArray(t, t4);
        c41.intoArray(t, t4 + LANES);
        c42.intoArray(t, t4 + 2 * LANES);
        c43.intoArray(t, t4 + 3 * LANES);
    }

    @Override
    void alongStrip(
            int k,
            float[] strip,
            int s0,
            int next,
            float[] panel,
            int p0,
            float[] t,
            int t0,
            int ldt,
            boolean resume) {
        int s1 = s0 + next;
        int s2 = s1 + next;
        int s3 = s2 + next;
        int s4 = s3 + next;
        int t1 = t0 + ldt;
        int t2 = t1 + ldt;
        int t3 = t2 + ldt;
        int t4 = t3 + ldt;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c02 = FloatVector.zero(FLOATS);
        FloatVector c03 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c12 = FloatVector.zero(FLOATS);
        FloatVector c13 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c22 = FloatVector.zero(FLOATS);
        FloatVector c23 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        FloatVector c32 = FloatVector.zero(FLOATS);
        FloatVector c33 = FloatVector.zero(FLOATS);
        FloatVector c40 = FloatVector.zero(FLOATS);
        FloatVector c41 = FloatVector.zero(FLOATS);
        FloatVector c42 = FloatVector.zero(FLOATS);
        FloatVector c43 = FloatVector.zero(FLOATS);
        if (resume) {
            c00 = FloatVector.fromArray(FLOATS, t, t0);
            c01 = FloatVector.fromArray(FLOATS, t, t0 + LANES);
            c02 = FloatVector.fromArray(FLOATS, t, t0 + 2 * LANES);
            c03 = FloatVector.fromArray(FLOATS, t, t0 + 3 * LANES);
            c10 = FloatVector.fromArray(FLOATS, t, t1);
            c11 = FloatVector.fromArray(FLOATS, t, t1 + LANES);
            c12 = FloatVector.fromArray(FLOATS, t, t1 + 2 * LANES);
            c13 = FloatVector.fromArray(FLOATS, t, t1 + 3 * LANES);
            c20 = FloatVector.fromArray(FLOATS, t, t2);
            c21 = FloatVector.fromArray(FLOATS, t, t2 + LANES);
            c22 = FloatVector.fromArray(FLOATS, t, t2 + 2 * LANES);
            c23 = FloatVector.fromArray(FLOATS, t, t2 + 3 * LANES);
            c30 = FloatVector.fromArray(FLOATS, t, t3);
            c31 = FloatVector.fromArray(FLOATS, t, t3 + LANES);
            c32 = FloatVector.fromArray(FLOATS, t, t3 + 2 * LANES);
            c33 = FloatVector.fromArray(FLOATS, t, t3 + 3 * LANES);
            c40 = FloatVector.fromArray(FLOATS, t, t4);
            c41 = FloatVector.fromArray(FLOATS, t, t4 + LANES);
            c42 = FloatVector.fromArray(FLOATS, t, t4 + 2 * LANES);
            c43 = FloatVector.fromArray(FLOATS, t, t4 + 3 * LANES);
        }
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, strip[s0 + p * ROWS]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(FLOATS, strip[s1 + p * ROWS]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(FLOATS, strip[s2 + p * ROWS]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(FLOATS, strip[s3 + p * ROWS]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(FLOATS, strip[s4 + p * ROWS]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
        }
        c00.intoArray(t, t0);
        c01.intoArray(t, t0 + LANES);
        c02.intoArray(t, t0 + 2 * LANES);
        c03.intoArray(t, t0 + 3 * LANES);
        c10.intoArray(t, t1);
        c11.intoArray(t, t1 + LANES);
        c12.intoArray(t, t1 + 2 * LANES);
        c13.intoArray(t, t1 + 3 * LANES);
        c20.intoArray(t, t2);
        c21.intoArray(t, t2 + LANES);
        c22.intoArray(t, t2 + 2 * LANES);
        c23.intoArray(t, t2 + 3 * LANES);
        c30.intoArray(t, t3);
        c31.intoArray(t, t3 + LANES);
        c32.intoArray(t, t3 + 2 * LANES);
        c33.intoArray(t, t3 + 3 * LANES);
        c40.intoArray(t, t4);
        c41.intoArray(t, t4 + LANES);
        c42.intoArray(t, t4 + 2 * LANES);
        c43.intoArray(t, t4 + 3 * LANES);
    }

    @Override
    void packRows(int k, int count, float[] b, int b0, int ldb, float[] panels) {
        for (int p = 0; p < k; p++) {
            int from = b0 + p * ldb;
            int to = p * COLUMNS;
            for (int i = 0; i < count; i++) {
                FloatVector.fromArray(FLOATS, b, from).intoArray(panels, to);
                FloatVector.fromArray(FLOATS, b, from + LANES).intoArray(panels, to + LANES);
                FloatVector.fromArray(FLOATS, b, from + 2 * LANES).intoArray(panels, to + 2 * LANES);
                FloatVector.fromArray(FLOATS, b, from + 3 * LANES).intoArray(panels, to + 3 * LANES);
                from += COLUMNS;
                to += k * COLUMNS;
            }
        }
    }

    @Override
    void packColumns(int k, int count, float[] b, int b0, int ldb, float[] panels) {
        for (int j = 0; j < count * COLUMNS; j += 4) {
            int from0 = b0 + j * ldb;
            int from1 = from0 + ldb;
            int from2 = from1 + ldb;
            int from3 = from2 + ldb;
            int to0 = j / COLUMNS * COLUMNS * k + j % COLUMNS;
            for (int p = 0; p < k; p++) {
                int to = to0 + p * COLUMNS;
                panels[to] = b[from0 + p];
                panels[to + 1] = b[from1 + p];
                panels[to + 2] = b[from2 + p];
                panels[to + 3] = b[from3 + p];
            }
        }
    }
}
