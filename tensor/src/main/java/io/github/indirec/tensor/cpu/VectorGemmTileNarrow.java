package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * The tile for 16 vector registers (AVX2): 6 x 2 accumulators.
 *
 * <p>Written out because C2 keeps accumulators in registers only as plain locals. Of 3x3, 4x2, 4x3, 5x2 and 6x2 this
 * ran best on a Zen 3 core of about 110 GFLOP/s: 96 along rows and 91 along strips under JDK 25 (5x2 78), 80 along rows
 * under JDK 17. Two or four steps of k a turn spill registers and fall to 25 to 50, and so does a loop over several
 * panels or strips around the one over k (0.9 of the speed).
 */
final class VectorGemmTileNarrow extends VectorGemmTile {
    private static final int ROWS = 6;
    private static final int COLUMNS = 2 * LANES;

    VectorGemmTileNarrow() {
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
        int a5 = a0 + Math.min(5, last) * lda;
        int t1 = t0 + ldt;
        int t2 = t1 + ldt;
        int t3 = t2 + ldt;
        int t4 = t3 + ldt;
        int t5 = t4 + ldt;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        FloatVector c40 = FloatVector.zero(FLOATS);
        FloatVector c41 = FloatVector.zero(FLOATS);
        FloatVector c50 = FloatVector.zero(FLOATS);
        FloatVector c51 = FloatVector.zero(FLOATS);
        if (resume) {
            c00 = FloatVector.fromArray(FLOATS, t, t0);
            c01 = FloatVector.fromArray(FLOATS, t, t0 + LANES);
            c10 = FloatVector.fromArray(FLOATS, t, t1);
            c11 = FloatVector.fromArray(FLOATS, t, t1 + LANES);
            c20 = FloatVector.fromArray(FLOATS, t, t2);
            c21 = FloatVector.fromArray(FLOATS, t, t2 + LANES);
            c30 = FloatVector.fromArray(FLOATS, t, t3);
            c31 = FloatVector.fromArray(FLOATS, t, t3 + LANES);
            c40 = FloatVector.fromArray(FLOATS, t, t4);
            c41 = FloatVector.fromArray(FLOATS, t, t4 + LANES);
            c50 = FloatVector.fromArray(FLOATS, t, t5);
            c51 = FloatVector.fromArray(FLOATS, t, t5 + LANES);
        }
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(FLOATS, a[a1 + p]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(FLOATS, a[a2 + p]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(FLOATS, a[a3 + p]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(FLOATS, a[a4 + p]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(FLOATS, a[a5 + p]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoArray(t, t0);
        c01.intoArray(t, t0 + LANES);
        c10.intoArray(t, t1);
        c11.intoArray(t, t1 + LANES);
        c20.intoArray(t, t2);
        c21.intoArray(t, t2 + LANES);
        c30.intoArray(t, t3);
        c31.intoArray(t, t3 + LANES);
        c40.intoArray(t, t4);
        c41.intoArray(t, t4 + LANES);
        c50.intoArray(t, t5);
        c51.intoArray(t, t5 + LANES);
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
        int s5 = s4 + next;
        int t1 = t0 + ldt;
        int t2 = t1 + ldt;
        int t3 = t2 + ldt;
        int t4 = t3 + ldt;
        int t5 = t4 + ldt;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        FloatVector c40 = FloatVector.zero(FLOATS);
        FloatVector c41 = FloatVector.zero(FLOATS);
        FloatVector c50 = FloatVector.zero(FLOATS);
        FloatVector c51 = FloatVector.zero(FLOATS);
        if (resume) {
            c00 = FloatVector.fromArray(FLOATS, t, t0);
            c01 = FloatVector.fromArray(FLOATS, t, t0 + LANES);
            c10 = FloatVector.fromArray(FLOATS, t, t1);
            c11 = FloatVector.fromArray(FLOATS, t, t1 + LANES);
            c20 = FloatVector.fromArray(FLOATS, t, t2);
            c21 = FloatVector.fromArray(FLOATS, t, t2 + LANES);
            c30 = FloatVector.fromArray(FLOATS, t, t3);
            c31 = FloatVector.fromArray(FLOATS, t, t3 + LANES);
            c40 = FloatVector.fromArray(FLOATS, t, t4);
            c41 = FloatVector.fromArray(FLOATS, t, t4 + LANES);
            c50 = FloatVector.fromArray(FLOATS, t, t5);
            c51 = FloatVector.fromArray(FLOATS, t, t5 + LANES);
        }
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(FLOATS, panel, p0 + p * COLUMNS + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, strip[s0 + p * ROWS]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(FLOATS, strip[s1 + p * ROWS]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(FLOATS, strip[s2 + p * ROWS]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(FLOATS, strip[s3 + p * ROWS]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(FLOATS, strip[s4 + p * ROWS]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(FLOATS, strip[s5 + p * ROWS]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoArray(t, t0);
        c01.intoArray(t, t0 + LANES);
        c10.intoArray(t, t1);
        c11.intoArray(t, t1 + LANES);
        c20.intoArray(t, t2);
        c21.intoArray(t, t2 + LANES);
        c30.intoArray(t, t3);
        c31.intoArray(t, t3 + LANES);
        c40.intoArray(t, t4);
        c41.intoArray(t, t4 + LANES);
        c50.intoArray(t, t5);
        c51.intoArray(t, t5 + LANES);
    }

    @Override
    void packRows(int k, int count, float[] b, int b0, int ldb, float[] panels) {
        for (int p = 0; p < k; p++) {
            int from = b0 + p * ldb;
            int to = p * COLUMNS;
            for (int i = 0; i < count; i++) {
                FloatVector.fromArray(FLOATS, b, from).intoArray(panels, to);
                FloatVector.fromArray(FLOATS, b, from + LANES).intoArray(panels, to + LANES);
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
