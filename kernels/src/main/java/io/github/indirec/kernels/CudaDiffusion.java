package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.kernels.device.Launch;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels;

/** Diffusion on a CUDA device: diffusion.cu and mlp_chain.cu. Results have the CPU's bits. */
final class CudaDiffusion implements DiffusionKernels {
    /** Columns up to which a block holds the whole of Wx. */
    private static final int SMALL = 64;

    private static final int RESIDENT = 96;

    /** Threads of a block that holds Wx, four columns each, and rows that it takes at most. */
    private static final int THREADS = 128;

    private static final int ROWS = 32;

    /** Values of x, and rows, that a block takes which streams Wx. */
    private static final int STATE = 4096;

    private static final int STREAMED_ROWS = 8;

    private final KernelFamily kernels;
    private final CudaMlpChain mlpChain;

    CudaDiffusion(CudaDevice device) {
        this.kernels = new KernelFamily(device, "diffusion");
        this.mlpChain = new CudaMlpChain(device);
    }

    @Override
    public void qSample(Tensor x0, Tensor noise, float[] signalScale, float[] noiseScale, int[] t, Tensor out) {
        kernels.launch("qSample")
                .tensor(x0)
                .tensor(noise)
                .floats(byRow(signalScale, t, x0.shape().rows()))
                .floats(byRow(noiseScale, t, x0.shape().rows()))
                .i32(x0.shape().rowLength())
                .i32(x0.size())
                .tensor(out)
                .run(Grid.blocks(x0.size(), Grid.TILE), Grid.THREADS);
    }

    @Override
    public void qSampleBackward(Tensor dout, float[] signalScale, int[] t, Tensor dx0) {
        kernels.launch("qSampleBackward")
                .tensor(dout)
                .floats(byRow(signalScale, t, dout.shape().rows()))
                .i32(dout.shape().rowLength())
                .i32(dout.size())
                .tensor(dx0)
                .run(Grid.blocks(dout.size(), Grid.TILE), Grid.THREADS);
    }

    private static float[] byRow(float[] scale, int[] t, int rows) {
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = scale[t[i]];
        }
        return values;
    }

    @Override
    public void reverseChain(Chain chain, Tensor x) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        if (width <= RESIDENT) {
            int blockRows = Math.min(ROWS, THREADS / Grid.blocks(width, 4));
            arguments(width <= SMALL ? "reverseChain64" : "reverseChain96", chain, rows, width)
                    .tensor(x)
                    .run(Grid.blocks(rows, blockRows), THREADS);
            return;
        }
        int blockRows = Math.min(STREAMED_ROWS, STATE / (8 * Grid.blocks(width, 8)));
        if (blockRows == 0) {
            throw new ShapeException("reverseChain: x has " + width + " columns; a CUDA device takes up to " + STATE
                    + ", use the CPU for more");
        }
        arguments("reverseChainStreamed", chain, rows, width)
                .i32(blockRows)
                .tensor(x)
                .run(Grid.blocks(rows, blockRows), Grid.THREADS);
    }

    @Override
    public void reverseChain(MlpChain chain, Tensor x) {
        mlpChain.run(chain, x);
    }

    /** One launch in place of some ten a step. */
    @Override
    public boolean prefersMlpChain() {
        return true;
    }

    private Launch arguments(String kernel, Chain chain, int rows, int width) {
        return kernels.launch(kernel)
                .tensor(chain.wx())
                .tensor(chain.conditionTerm())
                .tensor(chain.stepTerms())
                .floats(coefficients(chain.steps()))
                .ints(keys(chain.steps()), 4 * chain.steps().count())
                .key(chain.steps().start())
                .i32(rows)
                .i32(width)
                .i32(chain.steps().count())
                .i32(chain.steps().stop());
    }

    /** coef1, coef2 and the factor of the noise, step by step. */
    static float[] coefficients(Steps steps) {
        float[] values = new float[3 * steps.count()];
        for (int t = 0; t < steps.count(); t++) {
            values[3 * t] = steps.coef1()[t];
            values[3 * t + 1] = steps.coef2()[t];
            values[3 * t + 2] = steps.noiseScale()[t];
        }
        return values;
    }

    static int[] keys(Steps steps) {
        int[] words = new int[4 * steps.count()];
        for (int t = Math.max(1, steps.stop()); t < steps.count(); t++) {
            RandomKey key = steps.noise()[t];
            words[4 * t] = (int) key.seed();
            words[4 * t + 1] = (int) (key.seed() >>> 32);
            words[4 * t + 2] = key.stream();
            words[4 * t + 3] = key.step();
        }
        return words;
    }
}
