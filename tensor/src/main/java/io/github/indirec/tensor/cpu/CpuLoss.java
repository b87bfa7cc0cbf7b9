package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LossKernels;

/** Losses on the CPU: shares rows out among threads. */
final class CpuLoss implements LossKernels {
    /** Exponentials a piece: about 5 microseconds, well above the cost of handing a piece over. */
    private static final int GRAIN = 8_192;

    /** Values that one partial sum of a mean covers; fixed, so that the order of additions is. */
    private static final int BLOCK = 4_096;

    private final CpuContext context;
    private final ScalarLoss kernels;
    private final ScalarGemm gemm;
    private final ScalarElementwise elementwise;
    private final CpuSampledCrossEntropy sampled;
    private final CpuCosine cosine;
    private final Float64Loss kernels64 = new Float64Loss();
    private final GroupRings rings = new GroupRings();

    CpuLoss(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarLoss.class, ScalarLoss::new, "VectorLoss");
        this.gemm = context.kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm");
        this.elementwise = context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise");
        this.sampled = new CpuSampledCrossEntropy(context, elementwise);
        this.cosine = new CpuCosine(context);
    }

    @Override
    public void crossEntropy(Tensor logits, int[] targets, Tensor losses, Tensor logSumExp) {
        int width = logits.shape().rowLength();
        int rows = logits.shape().rows();
        requireTargets("crossEntropy", targets, rows, width);
        context.parallel.ranges(rows, grain(width), (from, to) -> {
            if (logits.dtype() == DType.F32) {
                kernels.crossEntropy(
                        floats(logits), logits.offset(), targets, width, from, to, floats(losses), losses.offset(),
                        floats(logSumExp), logSumExp.offset());
            } else {
                kernels64.crossEntropy(
                        doubles(logits), logits.offset(), targets, width, from, to, doubles(losses), losses.offset(),
                        doubles(logSumExp), logSumExp.offset());
            }
        });
    }

    @Override
    public void crossEntropyBackward(
            Tensor logits, int[] targets, Tensor logSumExp, Tensor dLoss, double factor, Tensor dlogits) {
        int width = logits.shape().rowLength();
        int rows = logits.shape().rows();
        double scale = first(dLoss) * factor;
        requireTargets("crossEntropyBackward", targets, rows, width);
        context.parallel.ranges(rows, grain(width), (from, to) -> {
            if (logits.dtype() == DType.F32) {
                kernels.crossEntropyBackward(
                        floats(logits), logits.offset(), targets, floats(logSumExp), logSumExp.offset(),
                        (float) scale, width, from, to, floats(dlogits), dlogits.offset());
            } else {
                kernels64.crossEntropyBackward(
                        doubles(logits), logits.offset(), targets, doubles(logSumExp), logSumExp.offset(), scale,
                        width, from, to, doubles(dlogits), dlogits.offset());
            }
        });
    }

    @Override
    public int tableCrossEntropySaved(int rows, int items) {
        return ScalarTableCrossEntropy.saved(rows, items);
    }

    @Override
    public void tableCrossEntropy(Tensor h, Tensor table, int[] targets, Tensor losses, Tensor saved) {
        int items = table.shape().rows();
        int chunks = ScalarTableCrossEntropy.chunks(items);
        int scratch = ScalarTableCrossEntropy.scratch(h.shape().rows(), items);
        requireTargets("tableCrossEntropy", targets, h.shape().rows(), items);
        if (h.dtype() == DType.F32) {
            ScalarTableCrossEntropy pass = pass32(h, table, targets, saved);
            context.parallel.ranges(chunks, 1, (from, to) -> {
                float[] block = context.scratch(CpuContext.LOSS, scratch);
                for (int chunk = from; chunk < to; chunk++) {
                    pass.forward(chunk, block);
                }
            });
            pass.join(floats(losses), losses.offset());
        } else {
            Float64TableCrossEntropy pass = pass64(h, table, targets, saved);
            for (int chunk = 0; chunk < chunks; chunk++) {
                pass.forward(chunk, new double[scratch]);
            }
            pass.join(doubles(losses), losses.offset());
        }
    }

    @Override
    public void tableCrossEntropyBackward(
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            boolean addDh,
            Tensor dh,
            boolean addDtable,
            Tensor dtable) {
        double scale = first(dLoss) * factor;
        int items = table.shape().rows();
        int chunks = ScalarTableCrossEntropy.chunks(items);
        int scratch = ScalarTableCrossEntropy.scratch(h.shape().rows(), items);
        int parts = Math.min(chunks, Parallel.CHUNKS);
        // Each part of the chunks adds up its own dh, so that the order of additions is the same for any threads.
        int partials = dh == null ? 0 : Math.multiplyExact(parts, h.size());
        if (h.dtype() == DType.F32) {
            ScalarTableCrossEntropy pass = pass32(h, table, targets, saved);
            float[] partial = dh == null ? null : context.scratch(CpuContext.REDUCTION, partials);
            float[] dt = dtable == null ? null : floats(dtable);
            int dtOffset = dtable == null ? 0 : dtable.offset();
            context.parallel.ranges(parts, 1, (from, to) -> {
                float[] block = context.scratch(CpuContext.LOSS, scratch);
                for (int part = from; part < to; part++) {
                    int first = chunks * part / parts;
                    for (int chunk = first; chunk < chunks * (part + 1) / parts; chunk++) {
                        pass.backward(
                                chunk, (float) scale, block, partial, part * h.size(), chunk > first, dt, dtOffset,
                                addDtable);
                    }
                }
            });
            if (dh != null) {
                pass.joinGradients(partial, parts, floats(dh), dh.offset(), addDh);
            }
        } else {
            Float64TableCrossEntropy pass = pass64(h, table, targets, saved);
            double[] dx = dh == null ? null : doubles(dh);
            double[] dt = dtable == null ? null : doubles(dtable);
            for (int chunk = 0; chunk < chunks; chunk++) {
                pass.backward(
                        chunk, scale, new double[scratch], dx, dh == null ? 0 : dh.offset(), addDh || chunk > 0, dt,
                        dtable == null ? 0 : dtable.offset(), addDtable);
            }
        }
    }

    private ScalarTableCrossEntropy pass32(Tensor h, Tensor table, int[] targets, Tensor saved) {
        return new ScalarTableCrossEntropy(
                gemm, kernels, elementwise, floats(h), h.offset(), floats(table), table.offset(), h.shape().rows(),
                table.shape().rows(), h.shape().rowLength(), targets, floats(saved), saved.offset());
    }

    private Float64TableCrossEntropy pass64(Tensor h, Tensor table, int[] targets, Tensor saved) {
        return new Float64TableCrossEntropy(
                new Float64RowGemm(), kernels64, new Float64Elementwise(), doubles(h), h.offset(), doubles(table),
                table.offset(), h.shape().rows(), table.shape().rows(), h.shape().rowLength(), targets,
                doubles(saved), saved.offset());
    }

    @Override
    public void sampledCrossEntropy(
            Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores) {
        requireTargets("sampledCrossEntropy", positives, x.shape().rows(), table.shape().rows());
        requireTargets("sampledCrossEntropy", negatives, x.shape().rows(), table.shape().rows());
        sampled.forward(x, table, positives, negatives, losses, scores);
    }

    @Override
    public void sampledCrossEntropyBackward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            Tensor dLoss,
            double factor,
            Tensor dx,
            Tensor dtable) {
        sampled.backward(x, table, positives, negatives, scores, first(dLoss) * factor, dx, dtable);
    }

    @Override
    public void infoNce(Tensor sim, int[] groups, Tensor losses, Tensor logSumExp) {
        int width = sim.shape().rowLength();
        int[] ring = ring(groups, width);
        context.parallel.ranges(width, grain(width), (from, to) -> {
            if (sim.dtype() == DType.F32) {
                kernels.infoNce(
                        floats(sim), sim.offset(), ring, width, from, to, floats(losses), losses.offset(),
                        floats(logSumExp), logSumExp.offset(), context.scratch(CpuContext.LOSS, width));
            } else {
                kernels64.infoNce(
                        doubles(sim), sim.offset(), ring, width, from, to, doubles(losses), losses.offset(),
                        doubles(logSumExp), logSumExp.offset(), new double[width]);
            }
        });
    }

    @Override
    public void infoNceBackward(
            Tensor sim, int[] groups, Tensor logSumExp, Tensor dLoss, double factor, Tensor dsim) {
        int width = sim.shape().rowLength();
        int[] ring = ring(groups, width);
        double scale = first(dLoss) * factor;
        context.parallel.ranges(width, grain(width), (from, to) -> {
            if (sim.dtype() == DType.F32) {
                kernels.infoNceBackward(
                        floats(sim), sim.offset(), ring, floats(logSumExp), logSumExp.offset(), (float) scale,
                        width, from, to, floats(dsim), dsim.offset());
            } else {
                kernels64.infoNceBackward(
                        doubles(sim), sim.offset(), ring, doubles(logSumExp), logSumExp.offset(), scale, width,
                        from, to, doubles(dsim), dsim.offset());
            }
        });
    }

    @Override
    public void meanSquaredError(Tensor x, Tensor y, Tensor out) {
        int size = x.size();
        int blocks = (int) (((long) size + BLOCK - 1) / BLOCK);
        if (x.dtype() == DType.F32) {
            float[] sums = context.scratch(CpuContext.REDUCTION, blocks);
            context.parallel.ranges(blocks, 2 * GRAIN / BLOCK, (from, to) -> {
                for (int b = from; b < to; b++) {
                    sums[b] = kernels.squaredError(
                            floats(x), x.offset() + b * BLOCK, floats(y), y.offset() + b * BLOCK,
                            Math.min(BLOCK, size - b * BLOCK));
                }
            });
            float total = 0f;
            for (int b = 0; b < blocks; b++) {
                total += sums[b];
            }
            floats(out)[out.offset()] = total / size;
        } else {
            double total = 0;
            for (int b = 0; b < blocks; b++) {
                total += kernels64.squaredError(
                        doubles(x), x.offset() + b * BLOCK, doubles(y), y.offset() + b * BLOCK,
                        Math.min(BLOCK, size - b * BLOCK));
            }
            doubles(out)[out.offset()] = total / size;
        }
    }

    @Override
    public void meanSquaredErrorBackward(Tensor x, Tensor y, Tensor dLoss, Tensor dx) {
        double scale = first(dLoss) * 2 / x.size();
        context.parallel.ranges(x.size(), 2 * GRAIN, (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.squaredErrorBackward(
                        floats(x), x.offset(), floats(y), y.offset(), (float) scale, from, to, floats(dx),
                        dx.offset());
            } else {
                kernels64.squaredErrorBackward(
                        doubles(x), x.offset(), doubles(y), y.offset(), scale, from, to, doubles(dx), dx.offset());
            }
        });
    }

    @Override
    public void cosineDistance(Tensor x, Tensor y, double eps, Tensor losses) {
        cosine.forward(x, y, eps, losses);
    }

    @Override
    public void cosineDistanceBackward(
            Tensor x, Tensor y, double eps, Tensor dLoss, double factor, Tensor dx, Tensor dy) {
        cosine.backward(x, y, eps, first(dLoss) * factor, dx, dy);
    }

    private int[] ring(int[] groups, int width) {
        if (2 * groups.length != width) {
            throw new IllegalArgumentException("infoNce: groups has " + groups.length + " values, expected " + width / 2
                    + ", half the columns of sim");
        }
        return rings.of(groups);
    }

    private static void requireTargets(String operation, int[] targets, int rows, int width) {
        if (targets.length < rows) {
            throw new IllegalArgumentException(
                    operation + ": targets has " + targets.length + " values, expected " + rows + ", one a row");
        }
        for (int i = 0; i < rows; i++) {
            if (targets[i] < 0 || targets[i] >= width) {
                throw new IndexOutOfBoundsException(operation + ": targets[" + i + "] is " + targets[i]
                        + ", expected 0 to " + (width - 1) + ", a column of the logits");
            }
        }
    }

    private static double first(Tensor scalar) {
        return scalar.dtype() == DType.F32
                ? floats(scalar)[scalar.offset()]
                : doubles(scalar)[scalar.offset()];
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }
}
