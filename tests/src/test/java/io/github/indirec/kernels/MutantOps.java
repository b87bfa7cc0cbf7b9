package io.github.indirec.kernels;

import io.github.indirec.kernels.DeviceTest.Place;
import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.DiffusionKernels.Chain;
import io.github.indirec.tensor.spi.DiffusionKernels.MlpChain;
import io.github.indirec.tensor.spi.DiffusionKernels.Steps;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The least that every kernel with a barrier needs so that each of its barriers matters: a block that goes round its
 * loops at least twice, and threads with and without work.
 */
final class MutantOps {
    private static final RandomKey KEY = new RandomKey(0x123456789abcL, 5, 17);

    /**
     * An op on the CPU and, from the PTX of a family, on a device.
     *
     * @param kernels pattern of the names of the kernels that it launches
     * @param tolerance greatest error of the device, relative and absolute
     */
    record Op(
            String name,
            String family,
            String kernels,
            double tolerance,
            Function<Backend, BiFunction<CudaDevice, Place, List<Tensor>>> run) {
        List<Tensor> onCpu(Backend cpu, Place place) {
            return run.apply(cpu).apply(null, place);
        }

        List<Tensor> onDevice(CudaDevice device, Place place) {
            return run.apply(null).apply(device, place);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private MutantOps() {}

    private static <K> Op op(
            String name,
            String family,
            String kernels,
            double tolerance,
            Function<Backend, K> cpu,
            Function<CudaDevice, K> cuda,
            BiFunction<K, Place, List<Tensor>> body) {
        return new Op(name, family, kernels, tolerance, backend -> (device, place) ->
                body.apply(backend != null ? cpu.apply(backend) : cuda.apply(device), place));
    }

    /** Ops that together launch every kernel with a barrier. */
    static List<Op> all() {
        List<Op> ops = new ArrayList<>();
        for (int transposes = 0; transposes < 4; transposes++) {
            ops.add(gemm(17, 34, 35, transposes));
            ops.add(gemm(9, 34, 35, transposes));
        }
        for (int width : new int[] {8, 16, 32, 64, 128}) {
            ops.add(attention(width, true, 0.3, 34));
            if (width > 8) {
                ops.add(relativeAttention(width, 18));
            }
        }
        for (int width : new int[] {33, 65, 129, 257}) {
            ops.add(layerNorm(66, width));
        }
        ops.add(tableCrossEntropy(66, 66, 33));
        ops.add(tableCrossEntropy(66, 66, 65));
        ops.addAll(others());
        return ops;
    }

    private static List<Op> others() {
        return List.of(
                assign(),
                ranks(),
                top(),
                reverseChain(4, 33),
                reverseChain(3, 65),
                reverseChain(2, 98),
                mlpChain(3, 33),
                mlpChain(2, 65),
                mlpChain(1, 130),
                op("losses", "cross_entropy", "crossEntropy", 1e-5, Backend::loss, CudaLoss::new, (k, place) -> {
                    Tensor losses = place.out(2);
                    Tensor total = place.out(2);
                    k.crossEntropy(place.in(DeviceTest.normals(1, 2, 300)), new int[] {7, 299}, losses, total);
                    return List.of(losses, total);
                }),
                op("distance", "distance", ".*", 1e-5, Backend::loss, CudaLoss::new, (k, place) -> {
                    Tensor out = place.out(1);
                    k.meanSquaredError(
                            place.in(DeviceTest.normals(1, 5000)), place.in(DeviceTest.normals(2, 5000)), out);
                    return List.of(out);
                }),
                sampledCrossEntropy(),
                op("sums", "elementwise", "sum.*", 1e-4, Backend::elementwise, CudaElementwise::new, (k, place) -> {
                    Tensor columns = place.out(33);
                    Tensor total = place.out(1);
                    k.sumRows(place.in(DeviceTest.normals(1, 40, 33)), false, columns);
                    k.sum(place.in(DeviceTest.normals(2, 700)), total);
                    return List.of(columns, total);
                }),
                op("sumOfSquares", "optimizer", "sum.*", 1e-4, Backend::optimizer, CudaOptimizer::new, (k, place) ->
                        List.of(Tensor.of(
                                Shape.of(1), (float) k.sumOfSquares(place.in(DeviceTest.normals(2, 5000)))))));
    }

    static Op sum() {
        return op("sum", "elementwise", "sum", 1e-4, Backend::elementwise, CudaElementwise::new, (k, place) -> {
            Tensor total = place.out(1);
            k.sum(place.in(DeviceTest.normals(2, 700)), total);
            return List.of(total);
        });
    }

    /** Two runs of one table row and of another. */
    static Op scatter() {
        return op("scatter", "index", "scatterAddRows", 0, Backend::index, CudaIndex::new, (k, place) -> {
            Tensor table = place.in(DeviceTest.normals(1, 3, 33));
            k.scatterAddRows(place.in(DeviceTest.normals(2, 6, 33)), new int[] {2, 0, 2, 2, 0, 2}, table);
            return List.of(table);
        });
    }

    static Op copyColumns() {
        return op("copyColumns", "index", "copyColumns", 0, Backend::index, CudaIndex::new, (k, place) -> {
            Tensor out = place.in(DeviceTest.normals(2, 35, 13));
            k.copyColumns(place.in(DeviceTest.normals(1, 35, 11)), 3, out, 1, 7);
            return List.of(out);
        });
    }

    /** A sum that is cut into parts, which a second kernel adds. */
    static Op gemmInParts() {
        return op("gemm_add", "gemm", "gemm_few_nn|gemm_add", 1e-4, Backend::linalg, CudaLinalg::new, (k, place) -> {
            Tensor out = place.out(5, 70);
            Tensor y = place.in(DeviceTest.normals(2, 300, 70));
            k.gemm(false, false, 1, place.in(DeviceTest.normals(1, 5, 300)), y, 0, out);
            return List.of(out);
        });
    }

    static Op gemm(int m, int n, int k, int transposes) {
        boolean a = (transposes & 1) != 0;
        boolean b = (transposes & 2) != 0;
        String kernels = (m <= 16 ? "gemm_few_" : "gemm_") + (a ? 't' : 'n') + (b ? 't' : 'n');
        return op(kernels, "gemm", kernels, 0, Backend::linalg, CudaLinalg::new, (linalg, place) -> {
            Tensor x = place.in(a ? DeviceTest.normals(1, k, m) : DeviceTest.normals(1, m, k));
            Tensor y = place.in(b ? DeviceTest.normals(2, n, k) : DeviceTest.normals(2, k, n));
            Tensor out = place.out(m, n);
            linalg.gemm(a, b, 1, x, y, 0, out);
            return List.of(out);
        });
    }

    static Op attention(int width, boolean causal, double dropout, int... lengths) {
        String kernels = "attention_(forward|backward_queries|backward_keys)_" + width;
        return op(kernels, "attention", kernels, 2e-5, Backend::attention, CudaAttention::new, (k, place) -> {
            Layout layout = layout(causal, dropout, lengths);
            int n = layout.keys().rows();
            Tensor[] in = new Tensor[4];
            Arrays.setAll(in, i -> place.in(DeviceTest.normals(i, n, width)));
            Tensor[] out = new Tensor[4];
            Arrays.setAll(out, i -> place.out(n, width));
            Tensor saved = place.out(k.saved(layout));
            k.forward(in[0], in[1], in[2], layout, out[0], saved);
            k.backward(in[0], in[1], in[2], layout, out[0], saved, in[3], out[1], out[2], out[3]);
            return List.of(out);
        });
    }

    private static Op relativeAttention(int width, int length) {
        String kernels = "relative_attention_(.*_" + width + "|.*[a-z])";
        return op(kernels, "relative_attention", kernels, 2e-5, Backend::attention, CudaAttention::new, (k, place) -> {
            Layout layout = layout(false, 0.3, length);
            Tensor[] in = new Tensor[4];
            Arrays.setAll(in, i -> place.in(DeviceTest.normals(i, length, width)));
            Tensor[] tables = new Tensor[2];
            Arrays.setAll(tables, i -> place.in(DeviceTest.normals(5 + i, 2 * length, width)));
            Tensor[] out = new Tensor[6];
            Arrays.setAll(out, i -> place.out(i < 4 ? length : 2 * length, width));
            Tensor saved = place.out(k.savedRelative(layout));
            k.forwardRelative(in[0], in[1], in[2], tables[0], tables[1], layout, out[0], saved);
            k.backwardRelative(
                    in[0], in[1], in[2], tables[0], tables[1], layout, out[0], saved, in[3], out[1], out[2], out[3],
                    out[4], out[5]);
            return List.of(out);
        });
    }

    private static Layout layout(boolean causal, double dropout, int... lengths) {
        RaggedLayout rows = RaggedLayout.ofLengths(lengths, Arrays.stream(lengths).max().orElseThrow());
        return new Layout(rows, rows, 1, causal, dropout, KEY);
    }

    static Op layerNorm(int rows, int width) {
        String form = width <= 64 ? "64" : width <= 128 ? "128" : width <= 256 ? "256" : "(Wide)?|layerNormColumns";
        String kernels = "layerNorm" + (width > 256 ? "Wide" : form) + "|joinColumns|layerNormBackward" + form;
        return op("layerNorm " + width, "norm", kernels, 1e-4, Backend::norm, CudaNorm::new, (k, place) -> {
            Tensor x = place.in(DeviceTest.normals(1, rows, width));
            Tensor gamma = place.in(DeviceTest.normals(2, width));
            Tensor mean = place.out(rows);
            Tensor rstd = place.out(rows);
            Tensor out = place.out(rows, width);
            Tensor dx = place.out(rows, width);
            Tensor dgamma = place.in(DeviceTest.normals(4, width));
            Tensor dbeta = place.in(DeviceTest.normals(5, width));
            k.layerNorm(x, gamma, place.in(DeviceTest.normals(3, width)), 1e-12, out, mean, rstd);
            Tensor dy = place.in(DeviceTest.normals(6, rows, width));
            k.layerNormBackward(x, gamma, mean, rstd, dy, dx, false, dgamma, dbeta);
            return List.of(out, dx, dgamma, dbeta);
        });
    }

    /** With one block for all tiles, so that it walks. */
    static Op tableCrossEntropy(int rows, int items, int width) {
        String kernels = "(row|table)Gradient" + (width <= 64 ? 64 : 128) + "|.*LogSumExp|addParts";
        return op(
                "table cross-entropy " + width,
                "table_cross_entropy",
                kernels,
                1e-4,
                Backend::loss,
                device -> new CudaLoss(device, 1),
                (k, place) -> {
                    int[] targets = DeviceTest.integers(3, rows, items);
                    Tensor h = place.in(DeviceTest.normals(1, rows, width));
                    Tensor table = place.in(DeviceTest.normals(2, items, width));
                    Tensor losses = place.out(rows);
                    Tensor saved = place.out(k.tableCrossEntropySaved(rows, items));
                    Tensor dh = place.out(rows, width);
                    Tensor dtable = place.out(items, width);
                    Tensor upstream = place.in(Tensor.of(Shape.of(1), 0.5f));
                    k.tableCrossEntropy(h, table, targets, losses, saved);
                    k.tableCrossEntropyBackward(
                            h, table, targets, saved, upstream, 1, false, dh, false, dtable);
                    return List.of(losses, dh, dtable);
                });
    }

    private static Op sampledCrossEntropy() {
        return op("sampled", "sampled_cross_entropy", ".*", 1e-5, Backend::loss, CudaLoss::new, (k, place) -> {
            Tensor x = place.in(DeviceTest.normals(1, 3, 20));
            Tensor table = place.in(DeviceTest.normals(2, 5, 20));
            Tensor losses = place.out(3);
            Tensor scores = place.out(3, 2);
            Tensor dx = place.out(3, 20);
            Tensor upstream = place.in(Tensor.of(Shape.of(1), 0.5f));
            int[] positives = {0, 1, 2};
            int[] negatives = {4, 3, 3};
            k.sampledCrossEntropy(x, table, positives, negatives, losses, scores);
            k.sampledCrossEntropyBackward(x, table, positives, negatives, scores, upstream, 1, dx, null);
            return List.of(losses, dx);
        });
    }

    static Op assign() {
        return op("assign", "kmeans", "assignClusters", 0, Backend::cluster, CudaCluster::new, (k, place) -> {
            int[] assignment = new int[66];
            float[] distances = new float[66];
            k.assign(
                    place.in(DeviceTest.normals(1, 66, 20)),
                    place.in(DeviceTest.normals(2, 70, 20)),
                    assignment,
                    distances);
            return List.of(Tensor.of(Shape.of(66), distances));
        });
    }

    static Op ranks() {
        return op("ranks", "ranking", "rankTargets", 0, Backend::ranking, CudaRanking::new, (k, place) -> {
            Tensor scores = place.in(DeviceTest.normals(1, 1, 600));
            int[] ranks = new int[1];
            int[] seen = DeviceTest.integers(2, 40, 600);
            k.ranks(scores, new int[] {9}, new int[] {0, 40}, seen, new Candidates(1, 600, 0), ranks);
            return List.of(Tensor.of(Shape.of(1), ranks[0]), scores);
        });
    }

    private static Op top() {
        return op("top", "ranking", "best.*", 0, Backend::ranking, CudaRanking::new, (k, place) -> {
            float[] scores = new float[40];
            int found = k.topK(place.in(DeviceTest.normals(1, 1, 2100)), 0, 0, 2100, 40, new int[40], scores);
            return List.of(Tensor.of(Shape.of(41), Arrays.copyOf(scores, 41)), Tensor.of(Shape.of(1), found));
        });
    }

    private static Op reverseChain(int rows, int width) {
        String kernel = "reverseChain" + (width <= 64 ? "64" : width <= 96 ? "96" : "Streamed");
        return op(kernel, "diffusion", kernel, 0, Backend::diffusion, CudaDiffusion::new, (k, place) -> {
            float[] wx = DeviceTest.normals(1, width, width).toFloats();
            for (int i = 0; i < wx.length; i++) {
                wx[i] *= 0.05f;
            }
            Tensor x = place.out(rows, width);
            Chain chain = new Chain(
                    place.in(Tensor.of(Shape.of(width, width), wx)),
                    place.in(DeviceTest.normals(2, rows, width)),
                    place.in(DeviceTest.normals(3, 3, width)),
                    threeSteps());
            k.reverseChain(chain, x);
            return List.of(x);
        });
    }

    private static Steps threeSteps() {
        float[] scales = {0.3f, 0.5f, 0.4f};
        return new Steps(scales, scales, scales, KEY, new RandomKey[] {null, KEY, KEY}, 0);
    }

    private static Op mlpChain(int rows, int width) {
        String kernel = "mlpChain" + (width <= 64 ? "64" : width <= 128 ? "128" : "Wide");
        return op(kernel, "mlp_chain", kernel, 0, Backend::diffusion, CudaDiffusion::new, (k, place) -> {
            int inner = 2 * width;
            float[] w2 = DeviceTest.normals(5, width, inner).toFloats();
            for (int i = 0; i < w2.length; i++) {
                w2[i] *= 0.01f;
            }
            Tensor x = place.out(rows, width);
            MlpChain chain = new MlpChain(
                    place.in(DeviceTest.normals(1, inner, width)),
                    place.in(DeviceTest.normals(2, rows, inner)),
                    place.in(DeviceTest.normals(3, 3, inner)),
                    place.in(DeviceTest.normals(4, 3, inner)),
                    place.in(Tensor.of(Shape.of(width, inner), w2)),
                    place.in(DeviceTest.normals(6, width)),
                    2,
                    threeSteps());
            k.reverseChain(chain, x);
            return List.of(x);
        });
    }
}
