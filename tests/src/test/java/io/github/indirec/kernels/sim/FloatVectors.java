package io.github.indirec.kernels.sim;

import java.util.List;

/** Cases of floating arithmetic, exact and approximate. */
final class FloatVectors {
    private static final float NAN = Float.NaN;
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float MAX = Float.MAX_VALUE;
    private static final float TINY = Float.MIN_VALUE;
    private static final float NEXT = 1 + 0x1p-23f;
    /** By the manual of the PTX ISA, rounded up: 2^-22 and smaller bounds fit below it. */
    private static final double APPROXIMATE = 0x1p-21;

    private FloatVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        basic(v);
        directed(v);
        flushing(v);
        extremes(v);
        doubles(v);
        approximate(v);
        return v.all();
    }

    private static void basic(VectorList v) {
        String add = "add.f32 add.rn.f32";
        v.add(add, 3f, 1f, 2f)
                .add(add, 0f, -0f, 0f)
                .add(add, -0f, -0f, -0f)
                .add(add, NAN, INF, -INF)
                .add(add, INF, MAX, MAX);
        v.add(add, 1f, 1f, 0x1p-24f).add(add, NEXT, 1f, 0x1.000002p-24f).add(add, 2 * TINY, TINY, TINY);
        String sub = "sub.f32 sub.rn.f32";
        v.add(sub, -1f, 1f, 2f).add(sub, 0f, 1f, 1f).add(sub, NAN, INF, INF).add(sub, -0f, -0f, 0f);
        String mul = "mul.f32 mul.rn.f32";
        v.add(mul, 6f, 2f, 3f)
                .add(mul, -0f, -0f, 3f)
                .add(mul, NAN, 0f, INF)
                .add(mul, INF, MAX, 2f)
                .add(mul, 0f, TINY, 0.5f);
        String fma = "fma.rn.f32";
        v.add(fma, 7f, 2f, 3f, 1f)
                .add(fma, 0x1p-46f, NEXT, NEXT, -(1 + 0x1p-22f))
                .add(fma, NAN, 0f, INF, 1f);
        v.add(fma, NAN, INF, 1f, -INF).add(fma, -0f, -0f, 1f, -0f).add(fma, 0f, 1f, 1f, -1f);
        v.add("div.rn.f32", 0x1.555556p-2f, 1f, 3f)
                .add("div.rn.f32", NAN, 0f, 0f)
                .add("div.rn.f32", -INF, 1f, -0f);
        v.add("div.rn.f32", 0f, 1f, INF).add("div.rn.f32", TINY, 2 * TINY, 2f);
        v.add("sqrt.rn.f32", 0x1.6a09e6p0f, 2f)
                .add("sqrt.rn.f32", -0f, -0f)
                .add("sqrt.rn.f32", NAN, -1f)
                .add("sqrt.rn.f32", INF, INF);
        v.add("rcp.rn.f32", 0x1.555556p-2f, 3f).add("rcp.rn.f32", -INF, -0f).add("rcp.rn.f32", 0f, INF);
        v.add("neg.f32", -1f, 1f).add("neg.f32", 0f, -0f).add("neg.f32", -INF, INF);
        v.add("abs.f32", 1f, -1f)
                .add("abs.f32", 0f, -0f)
                .add("abs.f32", INF, -INF)
                .add("abs.f32", NAN, NAN);
        v.add("copysign.f32", -2f, -1f, 2f).add("copysign.f32", 2f, 1f, -2f).add("copysign.f32", -0f, -INF, 0f);
    }

    /** 1 + 2^-24 lies halfway between 1 and its successor; 1 + 2^-25 a quarter of the way. */
    private static void directed(VectorList v) {
        float quarter = 0x1p-25f;
        v.add("add.rz.f32", 1f, 1f, 0x1.8p-24f)
                .add("add.rz.f32", -1f, -1f, -0x1.8p-24f)
                .add("add.rz.f32", MAX, MAX, MAX);
        v.add("add.rm.f32", 1f, 1f, quarter)
                .add("add.rm.f32", -NEXT, -1f, -quarter)
                .add("add.rm.f32", -0f, 1f, -1f);
        v.add("add.rm.f32", Math.nextDown(1f), 1f, -0x1p-60f);
        v.add("add.rp.f32", NEXT, 1f, quarter)
                .add("add.rp.f32", -1f, -1f, -quarter)
                .add("add.rp.f32", NEXT, 1f, TINY);
        v.add("add.rp.f32", INF, MAX, 1f).add("add.rp.f32", 0f, 1f, -1f);
        v.add("sub.rz.f32", Math.nextDown(1f), 1f, quarter).add("sub.rm.f32", Math.nextDown(1f), 1f, 0x1p-60f);
        v.add("sub.rp.f32", 1f, 1f, 0x1p-60f);
        v.add("mul.rz.f32", 1 + 0x1p-22f, NEXT, NEXT)
                .add("mul.rm.f32", 1 + 0x1p-22f, NEXT, NEXT)
                .add("mul.rm.f32", -TINY, -TINY, 0.5f);
        v.add("mul.rp.f32", 1 + 0x1.8p-22f, NEXT, NEXT).add("mul.rp.f32", TINY, TINY, 0.5f);
        v.add("fma.rz.f32", 1f, 1f, 1f, 0x1.8p-24f).add("fma.rz.f32", -1f, -1f, 1f, -0x1.8p-24f);
        v.add("fma.rm.f32", 1 + 0x1p-22f, NEXT, NEXT, 0f).add("fma.rm.f32", -0f, 1f, 1f, -1f);
        v.add("fma.rp.f32", 1 + 0x1.8p-22f, NEXT, NEXT, 0f).add("fma.rp.f32", NEXT, 1f, 1f, 0x1p-100f);
        v.add("div.rz.f32", 0x1.555554p-2f, 1f, 3f)
                .add("div.rm.f32", -0x1.555556p-2f, -1f, 3f)
                .add("div.rp.f32", 0x1.555556p-2f, 1f, 3f);
        v.add("div.rm.f32", 0x1.555554p-2f, -1f, -3f).add("div.rp.f32", 2f, 4f, 2f);
        v.add("rcp.rz.f32", 0x1.555554p-2f, 3f)
                .add("rcp.rm.f32", 0x1.555554p-2f, 3f)
                .add("rcp.rp.f32", 0x1.555556p-2f, 3f);
        v.add("sqrt.rz.f32", 0x1.6a09e6p0f, 2f)
                .add("sqrt.rm.f32", 0x1.6a09e6p0f, 2f)
                .add("sqrt.rp.f32", 0x1.6a09e8p0f, 2f);
        v.add("sqrt.rp.f32", 3f, 9f);
    }

    private static void flushing(VectorList v) {
        float sub = 0x1p-127f;
        v.add("add.ftz.f32 add.rn.ftz.f32", 0f, sub, sub).add("add.ftz.f32 add.rn.ftz.f32", 3f, 1f, 2f);
        v.add("sub.ftz.f32 sub.rn.ftz.f32", 0f, sub, 0f).add("sub.ftz.f32 sub.rn.ftz.f32", -1f, 1f, 2f);
        v.add("mul.ftz.f32 mul.rn.ftz.f32", -0f, -sub, 2f).add("mul.ftz.f32 mul.rn.ftz.f32", 0f, 0x1p-100f, 0x1p-27f);
        v.add("fma.rn.ftz.f32", 1f, sub, 4f, 1f).add("fma.rn.ftz.f32", 0f, sub, 4f, sub);
        v.add("div.rn.ftz.f32", 0f, sub, 0.5f).add("sqrt.rn.ftz.f32", 0f, sub).add("rcp.rn.ftz.f32", INF, sub);
        v.add("min.ftz.f32", -0f, -sub, 1f).add("max.ftz.f32", 0f, sub, -1f);
        v.add("neg.ftz.f32", -0f, sub).add("abs.ftz.f32", 0f, -sub);
        v.add("add.sat.f32", 1f, 1f, 1f).add("add.sat.f32", 0f, -1f, 0.5f).add("add.sat.f32", 0f, NAN, 1f);
        v.add("mul.sat.f32", 0.5f, 0.5f, 1f)
                .add("mul.sat.f32", 1f, INF, 1f)
                .add("fma.rn.sat.f32", 0.75f, 0.5f, 0.5f, 0.5f);
        v.add("fma.rn.sat.f32", 0f, -1f, 1f, 0f);
    }

    private static void extremes(VectorList v) {
        v.add("min.f32", 1f, 1f, 2f)
                .add("min.f32", -0f, 0f, -0f)
                .add("min.f32", 2f, NAN, 2f)
                .add("min.f32", 2f, 2f, NAN);
        v.add("min.f32", NAN, NAN, NAN).add("min.f32", -INF, -INF, 1f);
        v.add("max.f32", 2f, 1f, 2f)
                .add("max.f32", 0f, 0f, -0f)
                .add("max.f32", 2f, NAN, 2f)
                .add("max.f32", -INF, -INF, NAN);
        v.add("min.NaN.f32", NAN, NAN, 2f)
                .add("min.NaN.f32", 1f, 1f, 2f)
                .add("max.NaN.f32", NAN, 2f, NAN)
                .add("max.NaN.f32", 2f, 1f, 2f);
        v.add("min.f64", 2.0, Double.NaN, 2.0).add("min.f64", -0.0, 0.0, -0.0).add("max.f64", 2.0, 2.0, Double.NaN);
        v.add("max.f64", 0.0, 0.0, -0.0);
    }

    private static void doubles(VectorList v) {
        double nan = Double.NaN;
        double inf = Double.POSITIVE_INFINITY;
        String add = "add.f64 add.rn.f64";
        v.add(add, 3.0, 1.0, 2.0)
                .add(add, nan, inf, -inf)
                .add(add, 1.0, 1.0, 0x1p-53)
                .add(add, -0.0, -0.0, -0.0);
        v.add("sub.f64 sub.rn.f64", -1.0, 1.0, 2.0).add("sub.f64 sub.rn.f64", 0.0, 1.0, 1.0);
        v.add("mul.f64 mul.rn.f64", 6.0, 2.0, 3.0).add("mul.f64 mul.rn.f64", nan, 0.0, inf);
        v.add("fma.rn.f64", 0x1p-104, 1 + 0x1p-52, 1 + 0x1p-52, -(1 + 0x1p-51)).add("fma.rn.f64", 7.0, 2.0, 3.0, 1.0);
        v.add("div.rn.f64", 0x1.5555555555555p-2, 1.0, 3.0)
                .add("div.rn.f64", nan, 0.0, 0.0)
                .add("div.rn.f64", -inf, 1.0, -0.0);
        v.add("rcp.rn.f64", 0x1.5555555555555p-2, 3.0).add("rcp.rn.f64", -inf, -0.0);
        v.add("sqrt.rn.f64", 0x1.6a09e667f3bcdp0, 2.0)
                .add("sqrt.rn.f64", nan, -1.0)
                .add("sqrt.rn.f64", -0.0, -0.0);
        v.add("neg.f64", -1.0, 1.0)
                .add("neg.f64", 0.0, -0.0)
                .add("abs.f64", 1.0, -1.0)
                .add("abs.f64", 0.0, -0.0);
        v.add("copysign.f64", -2.0, -1.0, 2.0);
        v.near(0x1p-20, "rcp.approx.ftz.f64", 0x1.5555555555555p-2, 3.0)
                .near(0x1p-20, "rcp.approx.ftz.f64", inf, 0x1p-1030);
        v.near(0x1p-20, "rsqrt.approx.ftz.f64", 0.5, 4.0).near(0x1p-20, "rsqrt.approx.ftz.f64", nan, -1.0);
    }

    private static void approximate(VectorList v) {
        each(v, "rcp", 0.25f, 4f);
        each(v, "rcp", -INF, -0f);
        each(v, "rcp", 0f, INF);
        each(v, "rsqrt", 0.5f, 4f);
        each(v, "rsqrt", INF, 0f);
        each(v, "rsqrt", NAN, -1f);
        each(v, "sqrt", 1.5f, 2.25f);
        each(v, "sqrt", NAN, -1f);
        each(v, "ex2", 8f, 3f);
        each(v, "ex2", 0x1.6a09e6p0f, 0.5f);
        each(v, "ex2", 0f, -INF);
        each(v, "ex2", INF, 128f);
        each(v, "ex2", NAN, NAN);
        each(v, "lg2", 3f, 8f);
        each(v, "lg2", -INF, 0f);
        each(v, "lg2", NAN, -1f);
        each(v, "lg2", INF, INF);
        each(v, "sin", 0x1.eaee86p-2f, 0.5f);
        each(v, "sin", 0f, 0f);
        each(v, "sin", NAN, INF);
        each(v, "cos", 0x1.c15280p-1f, 0.5f);
        each(v, "cos", 1f, 0f);
        v.near(APPROXIMATE, "ex2.approx.ftz.f32", 1f, 0x1p-127f).near(APPROXIMATE, "ex2.approx.f32", 0x1p-130f, -130f);
        v.near(APPROXIMATE, "ex2.approx.ftz.f32", 0f, -130f).near(APPROXIMATE, "lg2.approx.ftz.f32", -INF, 0x1p-127f);
        v.near(APPROXIMATE, "lg2.approx.f32", -127f, 0x1p-127f);
        v.near(0x1p-10, "tanh.approx.f32", 0x1.d9353ep-2f, 0.5f).near(0x1p-10, "tanh.approx.f32", 1f, INF);
        for (String division :
                new String[] {"div.approx.f32", "div.approx.ftz.f32", "div.full.f32", "div.full.ftz.f32"}) {
            v.near(APPROXIMATE, division, 0x1.555556p-2f, 1f, 3f).near(APPROXIMATE, division, NAN, 0f, 0f);
            v.near(APPROXIMATE, division, 0f, 1f, INF);
        }
        v.near(APPROXIMATE, "div.approx.f32", 0f, 0x1p100f, 0x1.8p126f)
                .near(APPROXIMATE, "div.approx.f32", NAN, INF, 0x1.8p126f);
    }

    private static void each(VectorList v, String name, float expected, float operand) {
        v.near(APPROXIMATE, name + ".approx.f32 " + name + ".approx.ftz.f32", expected, operand);
    }
}
