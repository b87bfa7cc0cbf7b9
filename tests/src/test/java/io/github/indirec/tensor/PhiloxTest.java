package io.github.indirec.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class PhiloxTest {
    private static final RandomKey KEY = new RandomKey(0x0123456789abcdefL, 17, -5);

    /** A right generator fails at one fixed seed in a thousand; the seed above does not. */
    private static final double P_VALUE = 1e-3;

    private static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
        int[] out = new int[4];
        Philox.block(c0, c1, c2, c3, k0, k1, out, 0);
        return out;
    }

    @Test
    void blocksMatchTheKnownAnswersOfTheReferenceImplementation() {
        assertArrayEquals(
                new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0, 0, 0), "all zeros");
        assertArrayEquals(
                new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1, -1, -1), "all ones");
        assertArrayEquals(
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0),
                "digits of pi");
    }

    @Test
    void aWordIsThePartOfABlockThatItsAddressNames() {
        for (int unit : new int[] {0, 1, 2, 3, 4, 1023, Integer.MAX_VALUE}) {
            int[] block = block(unit / 4, 99, 17, -5, 0x89abcdef, 0x01234567);
            assertEquals(block[unit % 4], Philox.word(KEY, 99, unit), "unit " + unit);
        }
    }

    @Test
    void bulkWordsAreTheSingleWordsForAnyStartAndLength() {
        for (int first = 0; first < 9; first++) {
            for (int count = 0; count < 40; count++) {
                int[] found = new int[count + 5];
                Philox.words(KEY, -3, first, count, found, 2);
                int[] expected = new int[count + 5];
                for (int i = 0; i < count; i++) {
                    expected[2 + i] = Philox.word(KEY, -3, first + i);
                }
                assertArrayEquals(expected, found, "first unit " + first + ", count " + count);
            }
        }
    }

    @Test
    void everyPartOfTheAddressCounts() {
        Set<Integer> words = new HashSet<>();
        words.add(Philox.word(KEY, 1, 8));
        words.add(Philox.word(KEY, 2, 8));
        words.add(Philox.word(KEY, 1, 9));
        words.add(Philox.word(KEY, 1, 12));
        words.add(Philox.word(KEY.withStream(18), 1, 8));
        words.add(Philox.word(new RandomKey(KEY.seed(), 17, -4), 1, 8));
        words.add(Philox.word(new RandomKey(KEY.seed() + 1, 17, -5), 1, 8));
        words.add(Philox.word(new RandomKey(KEY.seed() + (1L << 32), 17, -5), 1, 8));
        assertEquals(8, words.size());
    }

    @Test
    void uniformTakesTheUpper24Bits() {
        assertEquals(0f, Philox.uniform(0xff));
        assertEquals(0x1p-24f, Philox.uniform(0x100));
        assertEquals(0.5f, Philox.uniform(0x80000000));
        assertEquals(1 - 0x1p-24f, Philox.uniform(-1));
    }

    @Test
    void uniformNumbersAreUniform() {
        double[] values = new double[20_000];
        Arrays.setAll(values, i -> Philox.uniform(Philox.word(KEY, i / 1000, i % 1000)));
        double p = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), values);
        assertTrue(p > P_VALUE, "Kolmogorov-Smirnov p-value " + p + " for " + KEY);
    }
}
