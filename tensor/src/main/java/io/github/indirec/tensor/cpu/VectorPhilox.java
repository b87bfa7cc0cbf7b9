package io.github.indirec.tensor.cpu;

import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Philox#words} on vectors, one block a 64-bit lane, since the products of a round have 64 bits: 1.3 ns a word
 * with AVX2 where the scalar form takes 4.
 */
final class VectorPhilox {
    private static final VectorSpecies<Long> LONGS =
            VectorSpecies.of(long.class, VectorMath.SPECIES.vectorShape());

    private static final int BLOCKS = LONGS.length();

    /** Words of one vector of blocks. */
    private static final int GROUP = 4 * BLOCKS;

    private static final long LOW = 0xffffffffL;
    private static final int ROUNDS = 10;

    /** Lanes 0 0 1 1 ... and those of the upper half: with {@link #ODD} they interleave two vectors. */
    private static final VectorShuffle<Long> LOWER_TWICE = VectorShuffle.fromOp(LONGS, lane -> lane / 2);

    private static final VectorShuffle<Long> UPPER_TWICE =
            VectorShuffle.fromOp(LONGS, lane -> BLOCKS / 2 + lane / 2);
    private static final LongVector ODD = LongVector.zero(LONGS).addIndex(1).and(1).neg();
    private static final LongVector INDEX = LongVector.zero(LONGS).addIndex(1);

    private VectorPhilox() {}

    /** The words of {@link Philox#words}; whole vectors want {@code firstUnit} to be a multiple of 4. */
    static void words(RandomKey key, int row, int firstUnit, int count, int[] out, int outOffset) {
        int whole = (firstUnit & 3) == 0 ? count - count % GROUP : 0;
        if (whole > 0) {
            groups(key, row, firstUnit >>> 2, whole, out, outOffset);
        }
        if (whole < count) {
            Philox.words(key, row, firstUnit + whole, count - whole, out, outOffset + whole);
        }
    }

    /**
     * The words of {@link Philox#words}, {@code count} rounded up to whole vectors of blocks, so up to 31 more.
     *
     * @param firstUnit a multiple of 4
     */
    static void wholeVectors(RandomKey key, int row, int firstUnit, int count, int[] out, int outOffset) {
        groups(key, row, firstUnit >>> 2, (count + GROUP - 1) / GROUP * GROUP, out, outOffset);
    }

    /**
     * Only the low half of a lane counts; the upper one carries the upper halves of products along. The ands tell the
     * compiler that one multiplication of 32 by 32 bits is enough (from JDK 24 on), on both sides, constants included.
     */
    private static void groups(RandomKey key, int row, int firstBlock, int count, int[] out, int outOffset) {
        LongVector low = LongVector.broadcast(LONGS, LOW);
        LongVector m0 = LongVector.broadcast(LONGS, Philox.M0).and(low);
        LongVector m1 = LongVector.broadcast(LONGS, Philox.M1).and(low);
        LongVector w0 = LongVector.broadcast(LONGS, Philox.W0);
        LongVector w1 = LongVector.broadcast(LONGS, Philox.W1);
        LongVector key0 = LongVector.broadcast(LONGS, key.seed());
        LongVector key1 = LongVector.broadcast(LONGS, key.seed() >>> 32);
        LongVector block = INDEX.add(firstBlock);
        for (int i = 0; i < count; i += GROUP) {
            LongVector c0 = block;
            LongVector c1 = LongVector.broadcast(LONGS, row);
            LongVector c2 = LongVector.broadcast(LONGS, key.stream());
            LongVector c3 = LongVector.broadcast(LONGS, key.step());
            LongVector k0 = key0;
            LongVector k1 = key1;
            for (int round = 0; round < ROUNDS; round++) {
                LongVector p0 = c0.and(low).mul(m0);
                LongVector p1 = c2.and(low).mul(m1);
                c0 = p1.lanewise(LSHR, 32).lanewise(XOR, c1.lanewise(XOR, k0));
                c2 = p0.lanewise(LSHR, 32).lanewise(XOR, c3.lanewise(XOR, k1));
                c1 = p1;
                c3 = p0;
                k0 = k0.add(w0);
                k1 = k1.add(w1);
            }
            LongVector x = c0.and(low).or(c1.lanewise(LSHL, 32));
            LongVector y = c2.and(low).or(c3.lanewise(LSHL, 32));
            x.rearrange(LOWER_TWICE)
                    .lanewise(BITWISE_BLEND, y.rearrange(LOWER_TWICE), ODD)
                    .reinterpretAsInts()
                    .intoArray(out, outOffset + i);
            x.rearrange(UPPER_TWICE)
                    .lanewise(BITWISE_BLEND, y.rearrange(UPPER_TWICE), ODD)
                    .reinterpretAsInts()
                    .intoArray(out, outOffset + i + GROUP / 2);
            block = block.add(BLOCKS);
        }
    }
}
