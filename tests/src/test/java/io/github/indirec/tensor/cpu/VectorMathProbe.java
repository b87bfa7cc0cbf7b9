package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/** Applies {@link VectorMath} to arrays; apart from the tests so that they load without the Vector API. */
final class VectorMathProbe {
    enum Op {
        EXP,
        LOG,
        ERF,
        SIN_TWO_PI,
        COS_TWO_PI;

        float scalar(float x) {
            return switch (this) {
                case EXP -> FloatMath.exp(x);
                case LOG -> FloatMath.log(x);
                case ERF -> FloatMath.erf(x);
                case SIN_TWO_PI -> FloatMath.sinTwoPi(x);
                case COS_TWO_PI -> FloatMath.cosTwoPi(x);
            };
        }
    }

    private VectorMathProbe() {}

    /** out = op(x); the length is a multiple of every vector's. */
    static void apply(Op op, float[] x, float[] out) {
        for (int i = 0; i < x.length; i += VectorMath.SPECIES.length()) {
            FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
            FloatVector result =
                    switch (op) {
                        case EXP -> VectorMath.exp(v);
                        case LOG -> VectorMath.log(v);
                        case ERF -> VectorMath.erf(v);
                        case SIN_TWO_PI -> VectorMath.sinTwoPi(v);
                        case COS_TWO_PI -> VectorMath.cosTwoPi(v);
                    };
            result.intoArray(out, i);
        }
    }
}
