package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.VectorMath.INTS;
import static io.github.indirec.tensor.cpu.VectorMath.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import io.github.indirec.tensor.RandomKey;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;

/** {@link ScalarRandom} through the Vector API, bit for bit. */
final class VectorRandom extends ScalarRandom {
    private static final int WIDTH = SPECIES.length();
    private static final long EVEN = 0xffffffffL;
    private static final long ODD = ~EVEN;

    @Override
    void words(RandomKey key, int row, int firstUnit, int count, int[] out, int outOffset) {
        VectorPhilox.wholeVectors(key, row, firstUnit, count, out, outOffset);
    }

    @Override
    void boxMuller(int[] words, int first, int count, float[] out, int outOffset) {
        int whole = count - count % (2 * WIDTH);
        polar(words, first, whole, out, outOffset);
        cartesian(whole, out, outOffset);
        super.boxMuller(words, first + whole, count - whole, out, outOffset + whole);
    }

    /**
     * Radii and turns, a vector of each in turn. A pair of words is one 64-bit lane, so that shifts and masks by 32
     * bits sort two vectors of pairs into one of first and one of second words, and {@link #cartesian} sorts back.
     */
    private static void polar(int[] words, int first, int count, float[] out, int outOffset) {
        for (int j = 0; j < count; j += 2 * WIDTH) {
            LongVector a = IntVector.fromArray(INTS, words, first + j).reinterpretAsLongs();
            LongVector b = IntVector.fromArray(INTS, words, first + j + WIDTH).reinterpretAsLongs();
            IntVector firsts = a.and(EVEN).or(b.lanewise(LSHL, 32)).reinterpretAsInts();
            IntVector seconds = a.lanewise(LSHR, 32).or(b.and(ODD)).reinterpretAsInts();
            FloatVector u = (FloatVector) firsts.lanewise(LSHR, 8).add(1).convert(I2F, 0);
            FloatVector turn = (FloatVector) seconds.lanewise(LSHR, 8).convert(I2F, 0);
            VectorMath.log(u.mul(0x1p-24f)).mul(-2f).sqrt().intoArray(out, outOffset + j);
            turn.mul(0x1p-24f).intoArray(out, outOffset + j + WIDTH);
        }
    }

    private static void cartesian(int count, float[] out, int outOffset) {
        for (int j = 0; j < count; j += 2 * WIDTH) {
            FloatVector radius = FloatVector.fromArray(SPECIES, out, outOffset + j);
            FloatVector turn = FloatVector.fromArray(SPECIES, out, outOffset + j + WIDTH);
            LongVector cos = radius.mul(VectorMath.cosTwoPi(turn)).reinterpretAsLongs();
            LongVector sin = radius.mul(VectorMath.sinTwoPi(turn)).reinterpretAsLongs();
            cos.and(EVEN).or(sin.lanewise(LSHL, 32)).reinterpretAsFloats().intoArray(out, outOffset + j);
            cos.lanewise(LSHR, 32).or(sin.and(ODD)).reinterpretAsFloats().intoArray(out, outOffset + j + WIDTH);
        }
    }

    @Override
    void keep(
            float[] x,
            int xOffset,
            int[] words,
            int first,
            int count,
            int threshold,
            float scale,
            float[] out,
            int outOffset) {
        int whole = count - count % WIDTH;
        for (int j = 0; j < whole; j += WIDTH) {
            IntVector word = IntVector.fromArray(INTS, words, first + j).lanewise(LSHR, 8);
            IntVector dropped = word.sub(threshold).lanewise(ASHR, 31);
            IntVector scaled =
                    FloatVector.fromArray(SPECIES, x, xOffset + j).mul(scale).reinterpretAsInts();
            scaled.and(dropped.not()).reinterpretAsFloats().intoArray(out, outOffset + j);
        }
        super.keep(x, xOffset + whole, words, first + whole, count - whole, threshold, scale, out, outOffset + whole);
    }
}
