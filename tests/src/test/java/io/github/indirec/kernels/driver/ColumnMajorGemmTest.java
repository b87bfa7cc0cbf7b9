package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnMajorGemmTest {
    private static final int ROWS = 3;
    private static final int COLUMNS = 5;
    private static final int K = 4;

    /** Rows are longer than they need be: a leading dimension is not a width. */
    private static final int GAP = 2;

    /** What BLAS defines: column-major, element (i, j) at i + j * leading dimension. */
    private static void sgemm(ColumnMajorGemm call, float[] first, float[] second, float[] result) {
        for (int i = 0; i < call.m(); i++) {
            for (int j = 0; j < call.n(); j++) {
                float sum = 0;
                for (int p = 0; p < call.k(); p++) {
                    float x = call.transposeFirst()
                            ? first[p + i * call.firstLeading()]
                            : first[i + p * call.firstLeading()];
                    float y = call.transposeSecond()
                            ? second[j + p * call.secondLeading()]
                            : second[p + j * call.secondLeading()];
                    sum += x * y;
                }
                result[i + j * call.resultLeading()] = sum;
            }
        }
    }

    /** Small integers: every order of summation has the same result. */
    private static float[] integers(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(7) - 3;
        }
        return values;
    }

    @Test
    void columnMajorArgumentsComputeTheRowMajorProductForEveryTransposition() {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                int lengthA = (transposeA ? ROWS : K) + GAP;
                int lengthB = (transposeB ? K : COLUMNS) + GAP;
                int lengthC = COLUMNS + GAP;
                float[] a = integers(1, 10 * lengthA);
                float[] b = integers(2, 10 * lengthB);
                float[] expected = new float[ROWS * lengthC];
                for (int i = 0; i < ROWS; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        for (int p = 0; p < K; p++) {
                            expected[i * lengthC + j] += (transposeA ? a[p * lengthA + i] : a[i * lengthA + p])
                                    * (transposeB ? b[j * lengthB + p] : b[p * lengthB + j]);
                        }
                    }
                }
                float[] actual = new float[ROWS * lengthC];
                ColumnMajorGemm call = ColumnMajorGemm.ofRowMajor(
                        transposeA, transposeB, ROWS, COLUMNS, K, lengthA, lengthB, lengthC);
                sgemm(call, b, a, actual);
                assertArrayEquals(expected, actual, "A transposed: " + transposeA + ", B: " + transposeB);
            }
        }
    }

    @Test
    void aDriverThatIsNoGpusHasNoCublasAndSaysWhy() {
        Cublas cublas = Cublas.open(new RecordingDriver(12040, 1), 0);
        assertTrue(cublas.product().isEmpty());
        assertTrue(cublas.reason().contains("RecordingDriver"), cublas.reason());
    }
}
