package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import io.github.indirec.tensor.RandomKey;
import java.util.List;

/** The ops that use a value more than once, or look values up: products, attention, losses over the item table, ranking. */
final class GatheringCases {
    private static final double P = 0.5;

    private GatheringCases() {}

    static List<OpCase> of(Scale s) {
        int n = s.rows();
        int b = s.batch();
        int d = s.size();
        int i = s.items();
        return List.of(
                OpCase.exact("index.gatherRows", o -> {
                    Tensor table = o.input(i, d);
                    o.move(-4L * i * d + 4L * n * d);
                    int[] ids = o.ints(n, i);
                    Tensor out = o.output("out", n, d);
                    return () -> o.backend().index().gatherRows(table, ids, out);
                }),
                OpCase.exact("index.scatterAddRows", o -> {
                    Tensor x = o.input(n, d);
                    int[] ids = o.ints(n, i);
                    Tensor table = o.inOut("table", i, d);
                    o.move(-8L * i * d + 8L * Math.min(n, i) * d);
                    return () -> o.backend().index().scatterAddRows(x, ids, table);
                }),
                OpCase.exact("index.copyColumns", o -> {
                    Tensor x = o.input(n, d);
                    Tensor out = o.output("out", n, 3 * d);
                    o.move(-8L * n * d);
                    return () -> o.backend().index().copyColumns(x, 0, out, d, d);
                }),
                product("linalg.gemm NN", false, false, n, 4 * d, d),
                product("linalg.gemm NT", false, true, b, i, d),
                product("linalg.gemm TN", true, false, d, d, n),
                product("linalg.gemm TT", true, true, n, d, d),
                product("linalg.gemm NN", false, false, b, d, d),
                product("linalg.gemm TT", true, true, b, d, d),
                attention("attention.forward", s, false),
                attention("attention.backward", s, true),
                relative("attention.forwardRelative", s, false),
                relative("attention.backwardRelative", s, true),
                OpCase.heavy("ranking.ranks", 0, o -> {
                    Tensor scores = o.input(b, i);
                    int[] targets = o.ints(b, i - 1);
                    int[] offsets = new int[b + 1];
                    for (int row = 0; row <= b; row++) {
                        offsets[row] = row * s.tokens();
                    }
                    int[] seen = o.ints(b * s.tokens(), i);
                    return () -> {
                        int[] ranks = new int[b];
                        o.backend().ranking().ranks(scores, targets, offsets, seen, new Candidates(0, i, 0f), ranks);
                        o.hostOutput("ranks", floats(ranks));
                    };
                }),
                OpCase.exact("ranking.mask", o -> {
                    Tensor scores = o.inOut("scores", b, i);
                    o.move(-8L * b * i + 8L * i);
                    int[] allowed = o.ints(i / 2, i);
                    int[] denied = o.ints(i / 8, i);
                    return () -> o.backend().ranking().mask(scores, b - 1, allowed, denied);
                }),
                OpCase.heavy("ranking.topK", 0, o -> {
                    Tensor scores = o.input(b, i);
                    o.move(-4L * (b - 1) * i);
                    return () -> {
                        int[] best = new int[20];
                        o.backend().ranking().topK(scores, b - 1, 1, i, best.length, best, new float[best.length]);
                        o.hostOutput("items", floats(best));
                    };
                }),
                OpCase.heavy("cluster.assign", 2L * s.points() * s.intents() * d, o -> {
                    Tensor points = o.input(s.points(), d);
                    Tensor centroids = o.input(s.intents(), d);
                    return () -> {
                        int[] assignment = new int[s.points()];
                        float[] distances = new float[s.points()];
                        o.backend().cluster().assign(points, centroids, assignment, distances);
                        // Near ties may fall to either side; the distances say whether the choice was right.
                        o.hostOutput("distances", distances);
                    };
                }),
                OpCase.heavy("cluster.sums", 0, o -> {
                    Tensor points = o.input(s.points(), d);
                    int[] assignment = o.ints(s.points(), s.intents());
                    return () -> {
                        double[] sums = new double[s.intents() * d];
                        o.backend().cluster().sums(points, assignment, s.intents(), sums, new int[s.intents()]);
                        float[] rounded = new float[sums.length];
                        for (int k = 0; k < rounded.length; k++) {
                            rounded[k] = (float) sums[k];
                        }
                        o.hostOutput("sums", rounded);
                    };
                }),
                OpCase.of("diffusion.qSample", o -> {
                    Tensor x0 = o.input(b, d);
                    Tensor noise = o.input(b, d);
                    Tensor out = o.output("out", b, d);
                    int[] t = o.ints(b, s.steps());
                    return () -> o.backend().diffusion().qSample(x0, noise, ramp(s, 1, -1), ramp(s, 0, 1), t, out);
                }),
                OpCase.exact("diffusion.qSampleBackward", o -> {
                    Tensor dout = o.input(b, d);
                    Tensor dx0 = o.output("dx0", b, d);
                    int[] t = o.ints(b, s.steps());
                    return () -> o.backend().diffusion().qSampleBackward(dout, ramp(s, 1, -1), t, dx0);
                }),
                OpCase.heavy("diffusion.reverseChain", 2L * s.steps() * b * d * d, o -> {
                    Tensor wx = o.input(d, d);
                    // Contracting, as a trained denoiser is: a chain that grows would compare nothing but its growth.
                    o.backend().elementwise().scale(1.0 / d, wx, wx);
                    Tensor condition = o.input(b, d);
                    Tensor stepTerms = o.input(s.steps(), d);
                    Tensor x = o.output("x", b, d);
                    var chain = new DiffusionKernels.Chain(wx, condition, stepTerms, steps(s, o.key()));
                    return () -> o.backend().diffusion().reverseChain(chain, x);
                }),
                OpCase.heavy("diffusion.reverseMlpChain", 8L * s.steps() * b * d * d, o -> {
                    Tensor w1 = o.input(2 * d, d);
                    Tensor w2 = o.input(d, 2 * d);
                    o.backend().elementwise().scale(1.0 / d, w1, w1);
                    o.backend().elementwise().scale(1.0 / d, w2, w2);
                    Tensor condition = o.input(b, 2 * d);
                    Tensor stepTerms = o.input(s.steps(), 2 * d);
                    Tensor nothingTerms = o.input(s.steps(), 2 * d);
                    Tensor b2 = o.input(d);
                    Tensor x = o.output("x", b, d);
                    var chain = new DiffusionKernels.MlpChain(
                            w1, condition, stepTerms, nothingTerms, w2, b2, 2, steps(s, o.key()));
                    return () -> o.backend().diffusion().reverseChain(chain, x);
                }));
    }

    private static DiffusionKernels.Steps steps(Scale s, RandomKey start) {
        RandomKey[] noise = new RandomKey[s.steps()];
        for (int t = 0; t < noise.length; t++) {
            noise[t] = start.withStream(1000 + t);
        }
        return new DiffusionKernels.Steps(
                ramp(s, 0.9, -0.5), ramp(s, 0.1, 0.5), ramp(s, 0.1, 0.3), start, noise, 0);
    }

    private static OpCase product(String name, boolean transposeA, boolean transposeB, int m, int n, int k) {
        return OpCase.heavy(name + " " + m + " x " + n + " x " + k, 2L * m * n * k, o -> {
            Tensor a = transposeA ? o.input(k, m) : o.input(m, k);
            Tensor b = transposeB ? o.input(n, k) : o.input(k, n);
            Tensor c = o.output("c", m, n);
            return () -> o.backend().linalg().gemm(transposeA, transposeB, 1, a, b, 0, c);
        });
    }

    private static OpCase attention(String name, Scale s, boolean backward) {
        int n = s.rows();
        int d = s.size();
        return OpCase.heavy(name, pairs(s) * d * (backward ? 10L : 4L), o -> {
            RaggedLayout sequences = o.layout(s);
            Layout layout = new Layout(sequences, sequences, s.heads(), true, P, o.key());
            var kernels = o.backend().attention();
            Tensor q = o.input(n, d);
            Tensor k = o.input(n, d);
            Tensor v = o.input(n, d);
            Tensor out = o.output("out", n, d);
            Tensor saved = o.saved(kernels.saved(layout));
            if (!backward) {
                return () -> kernels.forward(q, k, v, layout, out, saved);
            }
            kernels.forward(q, k, v, layout, out, saved);
            Tensor dout = o.input(n, d);
            Tensor dq = o.output("dq", n, d);
            Tensor dk = o.output("dk", n, d);
            Tensor dv = o.output("dv", n, d);
            return () -> kernels.backward(q, k, v, layout, out, saved, dout, dq, dk, dv);
        });
    }

    private static OpCase relative(String name, Scale s, boolean backward) {
        int n = s.rows();
        int d = s.size();
        return OpCase.heavy(name, pairs(s) * d * (backward ? 20L : 8L), o -> {
            RaggedLayout sequences = o.layout(s);
            Layout layout = new Layout(sequences, sequences, s.heads(), false, P, o.key());
            var kernels = o.backend().attention();
            Tensor q = o.input(n, d);
            Tensor k = o.input(n, d);
            Tensor v = o.input(n, d);
            Tensor pk = o.input(2 * s.length(), d);
            Tensor pq = o.input(2 * s.length(), d);
            Tensor out = o.output("out", n, d);
            Tensor saved = o.saved(kernels.savedRelative(layout));
            if (!backward) {
                return () -> kernels.forwardRelative(q, k, v, pk, pq, layout, out, saved);
            }
            kernels.forwardRelative(q, k, v, pk, pq, layout, out, saved);
            Tensor dout = o.input(n, d);
            Tensor dq = o.output("dq", n, d);
            Tensor dk = o.output("dk", n, d);
            Tensor dv = o.output("dv", n, d);
            Tensor dpk = o.output("dpk", 2 * s.length(), d);
            Tensor dpq = o.output("dpq", 2 * s.length(), d);
            return () -> kernels.backwardRelative(
                    q, k, v, pk, pq, layout, out, saved, dout, dq, dk, dv, dpk, dpq);
        });
    }

    /** Pairs of a query and a key, were all sequences of the mean length. */
    private static long pairs(Scale s) {
        return (long) s.rows() * s.tokens();
    }

    private static float[] ramp(Scale s, double first, double rise) {
        float[] values = new float[s.steps()];
        for (int t = 0; t < values.length; t++) {
            values[t] = (float) (first + rise * t / values.length);
        }
        return values;
    }

    private static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int j = 0; j < floats.length; j++) {
            floats[j] = values[j];
        }
        return floats;
    }
}
