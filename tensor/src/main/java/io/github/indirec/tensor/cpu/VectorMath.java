package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.FloatMath.*;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} on vectors: the same operations in the same order, so the same bits in every lane.
 *
 * <p>No masks and no float minimum or maximum: JDK 17 boxes the first and expands the second into five instructions.
 *
 * <p>Each function is one flat method of at most 325 bytes of code. C2 inlines every vector call, but a method of ours
 * only if it is no longer than that, and only until it has parsed some 80 vector calls; what is not inlined makes every
 * vector an object, at ten times the cost. So call these functions early in a loop, and at most two of them.
 */
final class VectorMath {
    /** The vectors of all kernels: the widest that the processor prefers, at most 512 bits; no result depends on it. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    /** The integer vectors of the same width. */
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final int MINUS_ONE_BITS = Float.floatToRawIntBits(-1f);
    private static final int SIGN_SHIFT = 31;

    private VectorMath() {}

    /** {@link FloatMath#exp} of each lane. */
    static FloatVector exp(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector clamped = bits.lanewise(XOR, SIGN_BIT).min(EXP_MIN_MAGNITUDE);
        FloatVector y = clamped.lanewise(XOR, SIGN_BIT).min(EXP_MAX_MAGNITUDE).reinterpretAsFloats();
        FloatVector shifted = y.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(broadcast(SPECIES, -LN2_LOW), n.fma(broadcast(SPECIES, -LN2_HIGH), y));
        FloatVector p = r.fma(broadcast(SPECIES, E6), broadcast(SPECIES, E5));
        p = p.fma(r, broadcast(SPECIES, E4));
        p = p.fma(r, broadcast(SPECIES, E3));
        p = p.fma(r, broadcast(SPECIES, E2));
        p = p.fma(r, broadcast(SPECIES, 1f)).fma(r, broadcast(SPECIES, 1f));
        IntVector power = shifted.reinterpretAsInts().lanewise(LSHL, MANTISSA_WIDTH);
        IntVector nan = bits.and(MAGNITUDE_BITS).neg().add(INFINITY_BITS).lanewise(ASHR, SIGN_SHIFT);
        return p.reinterpretAsInts().add(power).or(nan).reinterpretAsFloats();
    }

    /** {@link FloatMath#log} of each lane. */
    static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, MANTISSA_WIDTH);
        IntVector mantissa = bits.sub(exponent.lanewise(LSHL, MANTISSA_WIDTH));
        FloatVector f = mantissa.reinterpretAsFloats().sub(1f);
        // The exponent as a float, by way of the mantissa bits of 1.5 * 2^23.
        FloatVector k = exponent.add(ROUNDER_BITS).reinterpretAsFloats().sub(ROUNDER);
        FloatVector p = f.fma(broadcast(SPECIES, L10), broadcast(SPECIES, L9));
        p = p.fma(f, broadcast(SPECIES, L8));
        p = p.fma(f, broadcast(SPECIES, L7));
        p = p.fma(f, broadcast(SPECIES, L6));
        p = p.fma(f, broadcast(SPECIES, L5));
        p = p.fma(f, broadcast(SPECIES, L4));
        p = p.fma(f, broadcast(SPECIES, L3));
        FloatVector square = f.mul(f);
        FloatVector tail = k.fma(broadcast(SPECIES, LN2_LOW), p.mul(square.mul(f)));
        FloatVector log1p = f.add(square.fma(broadcast(SPECIES, -0.5f), tail));
        FloatVector result = k.fma(broadcast(SPECIES, LN2_HIGH), log1p);
        IntVector invalid = bits.neg().add(INFINITY_BITS).or(bits).lanewise(ASHR, SIGN_SHIFT);
        return result.reinterpretAsInts().or(invalid).reinterpretAsFloats();
    }

    /** {@link FloatMath#erf} of each lane. */
    static FloatVector erf(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector magnitude = bits.and(MAGNITUDE_BITS);
        FloatVector a = magnitude.min(ERF_MAX_BITS).reinterpretAsFloats();
        FloatVector q = logErfc(a);
        FloatVector shifted = q.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(broadcast(SPECIES, -LN2_LOW), n.fma(broadcast(SPECIES, -LN2_HIGH), q));
        FloatVector p = r.fma(broadcast(SPECIES, E6), broadcast(SPECIES, E5));
        p = p.fma(r, broadcast(SPECIES, E4));
        p = p.fma(r, broadcast(SPECIES, E3));
        p = p.fma(r, broadcast(SPECIES, E2));
        p = p.fma(r, broadcast(SPECIES, 1f)).mul(r);
        IntVector power = shifted.reinterpretAsInts().lanewise(LSHL, MANTISSA_WIDTH);
        FloatVector minusPower = power.add(MINUS_ONE_BITS).reinterpretAsFloats();
        FloatVector result = minusPower.fma(p, minusPower.add(1f));
        IntVector nan = magnitude.neg().add(INFINITY_BITS).lanewise(ASHR, SIGN_SHIFT);
        return result.reinterpretAsInts().or(bits.and(SIGN_BIT)).or(nan).reinterpretAsFloats();
    }

    /** ln erfc(a) on [0, 4]; apart from its only caller because a method above 325 bytes of code is not inlined. */
    private static FloatVector logErfc(FloatVector a) {
        FloatVector q = a.fma(broadcast(SPECIES, Q7), broadcast(SPECIES, Q6));
        q = q.fma(a, broadcast(SPECIES, Q5));
        q = q.fma(a, broadcast(SPECIES, Q4));
        q = q.fma(a, broadcast(SPECIES, Q3));
        q = q.fma(a, broadcast(SPECIES, Q2));
        q = q.fma(a, broadcast(SPECIES, Q1));
        return q.fma(a, broadcast(SPECIES, Q0)).mul(a);
    }

    /** {@link FloatMath#sinTwoPi} of each lane. */
    static FloatVector sinTwoPi(FloatVector u) {
        FloatVector shifted = u.fma(broadcast(SPECIES, 4f), broadcast(SPECIES, ROUNDER));
        FloatVector f = u.fma(broadcast(SPECIES, 4f), broadcast(SPECIES, ROUNDER).sub(shifted));
        FloatVector z = f.mul(f);
        FloatVector sin = z.fma(broadcast(SPECIES, S3), broadcast(SPECIES, S2));
        sin = sin.fma(z, broadcast(SPECIES, S1)).fma(z, broadcast(SPECIES, S0)).mul(f);
        FloatVector cos = z.fma(broadcast(SPECIES, C3), broadcast(SPECIES, C2));
        cos = cos.fma(z, broadcast(SPECIES, C1)).fma(z, broadcast(SPECIES, C0)).fma(z, broadcast(SPECIES, 1f));
        IntVector quadrant = shifted.reinterpretAsInts();
        IntVector odd = quadrant.and(1).neg();
        IntVector bits = sin.reinterpretAsInts().lanewise(BITWISE_BLEND, cos.reinterpretAsInts(), odd);
        return bits.lanewise(XOR, quadrant.and(2).lanewise(LSHL, 30)).reinterpretAsFloats();
    }

    /** {@link FloatMath#cosTwoPi} of each lane. */
    static FloatVector cosTwoPi(FloatVector u) {
        FloatVector shifted = u.fma(broadcast(SPECIES, 4f), broadcast(SPECIES, ROUNDER));
        FloatVector f = u.fma(broadcast(SPECIES, 4f), broadcast(SPECIES, ROUNDER).sub(shifted));
        FloatVector z = f.mul(f);
        FloatVector sin = z.fma(broadcast(SPECIES, S3), broadcast(SPECIES, S2));
        sin = sin.fma(z, broadcast(SPECIES, S1)).fma(z, broadcast(SPECIES, S0)).mul(f);
        FloatVector cos = z.fma(broadcast(SPECIES, C3), broadcast(SPECIES, C2));
        cos = cos.fma(z, broadcast(SPECIES, C1)).fma(z, broadcast(SPECIES, C0)).fma(z, broadcast(SPECIES, 1f));
        IntVector quadrant = shifted.reinterpretAsInts();
        IntVector odd = quadrant.and(1).neg();
        IntVector bits = cos.reinterpretAsInts().lanewise(BITWISE_BLEND, sin.reinterpretAsInts(), odd);
        return bits.lanewise(XOR, quadrant.add(1).and(2).lanewise(LSHL, 30)).reinterpretAsFloats();
    }
}
