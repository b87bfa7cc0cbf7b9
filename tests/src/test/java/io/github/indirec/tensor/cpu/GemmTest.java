package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100};
    private static final float[] FACTORS = {0, 1, -1, 0.5f, 1.7f};
    private static final int CASES = 400;

    /**
     * A sum of k products of values below 1 in magnitude errs by at most k rounding errors of sums below k, 2^-24
     * each.
     */
    private static final double ERROR_PER_TERM_SQUARED = 0x1p-24;

    /** One product with guard values around its operands. */
    private record Product(
            boolean transA, boolean transB, int m, int n, int k, float alpha, float beta, int[] pads, long seed) {
        static Product random(long seed) {
            Random random = new Random(seed);
            int[] pads = new int[6];
            for (int i = 0; i < pads.length; i++) {
                pads[i] = random.nextInt(3) == 0 ? random.nextInt(7) : 0;
            }
            return new Product(
                    random.nextBoolean(),
                    random.nextBoolean(),
                    SIZES[random.nextInt(SIZES.length)],
                    SIZES[random.nextInt(SIZES.length)],
                    SIZES[random.nextInt(SIZES.length)],
                    FACTORS[random.nextInt(FACTORS.length)],
                    FACTORS[random.nextInt(FACTORS.length)],
                    pads,
                    seed);
        }

        int lda() {
            return (transA ? m : k) + pads[0];
        }

        int ldb() {
            return (transB ? k : n) + pads[1];
        }

        int ldc() {
            return n + pads[2];
        }

        float[] a() {
            return noise(pads[3] + (transA ? k : m) * lda(), 1);
        }

        float[] b() {
            return noise(pads[4] + (transB ? n : k) * ldb(), 2);
        }

        float[] c() {
            return noise(pads[5] + m * ldc(), 3);
        }

        private float[] noise(int length, int salt) {
            Random random = new Random(seed * 31 + salt);
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return values;
        }

        float[] by(ScalarGemm gemm) {
            float[] c = c();
            gemm.gemm(
                    transA, transB, m, n, k, alpha, a(), pads[3], lda(), b(), pads[4], ldb(), beta, c, pads[5], ldc());
            return c;
        }
    }

    private static void assertSameAsSpecification(ScalarGemm gemm) {
        for (long seed = 0; seed < CASES; seed++) {
            Product product = Product.random(seed);
            assertSame(product, product.by(new ScalarGemm()), product.by(gemm));
        }
    }

    private static void assertSame(Product product, float[] expected, float[] actual) {
        int difference = Arrays.mismatch(expected, actual);
        assertEquals(-1, difference, () -> product + " differs at " + difference + ": expected " + expected[difference]
                + ", found " + actual[difference]);
    }

    private static void assumeVectorApi() {
        assumeTrue(VectorSupport.unavailable().isEmpty(), () -> VectorSupport.unavailable().orElseThrow());
    }

    private static ScalarGemm vector(String tile) throws ReflectiveOperationException {
        Class<?> type = Class.forName("io.github.indirec.tensor.cpu.VectorGemm");
        Class<?> tiles = Class.forName("io.github.indirec.tensor.cpu.VectorGemmTile");
        Object chosen = Class.forName(tile).getDeclaredConstructor().newInstance();
        return (ScalarGemm) type.getDeclaredConstructor(tiles).newInstance(chosen);
    }

    /** Every form that runs in this JVM, the specification first. */
    private static List<ScalarGemm> forms() throws ReflectiveOperationException {
        List<ScalarGemm> forms = new ArrayList<>(List.of(new ScalarGemm(), new ScalarRowGemm()));
        if (VectorSupport.unavailable().isEmpty()) {
            forms.add(vector("io.github.indirec.tensor.cpu.VectorGemmTileNarrow"));
            forms.add(vector("io.github.indirec.tensor.cpu.VectorGemmTileWide"));
        }
        return forms;
    }

    @Test
    void specificationIsNearTheExactProduct() {
        for (long seed = 0; seed < CASES; seed++) {
            Product q = Product.random(seed);
            float[] a = q.a();
            float[] b = q.b();
            float[] c = q.c();
            float[] found = q.by(new ScalarGemm());
            double tolerance = (q.k() + 2.0) * (q.k() + 2.0) * 2 * ERROR_PER_TERM_SQUARED;
            for (int i = 0; i < q.m(); i++) {
                for (int j = 0; j < q.n(); j++) {
                    double sum = 0;
                    for (int p = 0; p < q.k(); p++) {
                        double x = a[q.pads()[3] + (q.transA() ? p * q.lda() + i : i * q.lda() + p)];
                        double y = b[q.pads()[4] + (q.transB() ? j * q.ldb() + p : p * q.ldb() + j)];
                        sum += x * y;
                    }
                    int at = q.pads()[5] + i * q.ldc() + j;
                    assertEquals(q.alpha() * sum + q.beta() * c[at], found[at], tolerance, q.toString());
                }
            }
        }
    }

    @Test
    void aFewRowsOfResultsHaveTheBitsOfTheSpecification() throws ReflectiveOperationException {
        for (ScalarGemm gemm : forms()) {
            for (int n : new int[] {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 2047, 2049, 4101}) {
                for (int k : new int[] {1, 7, 8, 9, 16, 67}) {
                    for (int m : new int[] {1, 2, 3, 4, 5, 7, 16, 17}) {
                        int pad = (n + k + m) % 3;
                        int[] pads = {pad, pad, pad, pad, pad, pad};
                        for (boolean down : new boolean[] {false, true}) {
                            Product product = new Product(down, false, m, n, k, 1, 0, pads, n + k);
                            assertSame(product, product.by(new ScalarGemm()), product.by(gemm));
                        }
                    }
                }
            }
        }
    }

    @Test
    void valuesBesideTheResultStayAsTheyWere() throws ReflectiveOperationException {
        Product q = new Product(false, false, 5, 7, 3, 1, 0, new int[] {0, 0, 4, 0, 0, 6}, 1);
        float[] before = q.c();
        for (ScalarGemm gemm : forms()) {
            float[] after = q.by(gemm);
            for (int i = 0; i < after.length; i++) {
                int column = (i - 6) % q.ldc();
                if (i < 6 || column >= q.n()) {
                    assertEquals(before[i], after[i], "index " + i);
                }
            }
        }
    }

    @Test
    void betaZeroDropsOldValuesEvenNaN() throws ReflectiveOperationException {
        for (ScalarGemm gemm : forms()) {
            float[] c = {Float.NaN};
            gemm.gemm(false, false, 1, 1, 1, 2, new float[] {3}, 0, 1, new float[] {5}, 0, 1, 0, c, 0, 1);
            assertEquals(30, c[0]);
        }
    }

    @Test
    void noInnerDimensionLeavesBetaTimesOld() throws ReflectiveOperationException {
        for (ScalarGemm gemm : forms()) {
            float[] c = {3};
            gemm.gemm(false, false, 1, 1, 0, 2, new float[0], 0, 1, new float[0], 0, 1, 0.5f, c, 0, 1);
            assertEquals(1.5f, c[0]);
        }
    }

    @Test
    void rowFormEqualsSpecificationBitForBit() {
        assertSameAsSpecification(new ScalarRowGemm());
    }

    @Test
    void vectorFormEqualsSpecificationBitForBit() throws ReflectiveOperationException {
        assumeVectorApi();
        assertSameAsSpecification((ScalarGemm) Class.forName("io.github.indirec.tensor.cpu.VectorGemm")
                .getDeclaredConstructor()
                .newInstance());
    }

    @Test
    void bothRegisterTilesEqualSpecificationBitForBit() throws ReflectiveOperationException {
        assumeVectorApi();
        assertSameAsSpecification(vector("io.github.indirec.tensor.cpu.VectorGemmTileNarrow"));
        assertSameAsSpecification(vector("io.github.indirec.tensor.cpu.VectorGemmTileWide"));
    }

    @Test
    void productsLongerThanAllBlocksEqualSpecificationBitForBit() throws ReflectiveOperationException {
        int[] pads = {3, 0, 5, 1, 2, 0};
        for (int mask = 0; mask < 8; mask++) {
            boolean transA = (mask & 1) != 0;
            boolean transB = (mask & 2) != 0;
            float beta = (mask & 4) != 0 ? 1 : 0;
            Product[] products = {
                new Product(transA, transB, 251, 270, 530, 1, beta, pads, mask),
                new Product(transA, transB, 20, 1300, 70, 1, beta, pads, mask),
                new Product(transA, transB, 1100, 40, 65, 1, beta, pads, mask),
            };
            for (Product product : products) {
                float[] expected = product.by(new ScalarGemm());
                for (ScalarGemm form : forms().subList(1, forms().size())) {
                    assertSame(product, expected, product.by(form));
                }
            }
        }
    }

    @Test
    void float64TwinIsNearTheFloat32Specification() {
        double[] a = {1.5, -2, 0.25, 3}; // [2 x 2], read as its transpose
        double[] c = {10, 10};
        new Float64RowGemm().gemm(true, false, 2, 1, 2, 2.0, a, 0, 2, new double[] {4, 0.5}, 0, 1, 0.5, c, 0, 1);
        assertEquals(2 * (1.5 * 4 + 0.25 * 0.5) + 5, c[0], 0);
        assertEquals(2 * (-2 * 4 + 3 * 0.5) + 5, c[1], 0);
        assertTrue(new Float64RowGemm() instanceof Float64Gemm);
    }
}
