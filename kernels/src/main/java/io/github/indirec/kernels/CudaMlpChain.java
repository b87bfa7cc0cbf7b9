package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels.MlpChain;
import io.github.indirec.tensor.spi.DiffusionKernels.Steps;

/** The guided reverse chain of a perceptron on a CUDA device: mlp_chain.cu. Results have the CPU's bits. */
final class CudaMlpChain {
    /** Hidden values, and columns of x, up to which a block computes all at once. */
    private static final int SMALL = 64;

    private static final int MIDDLE = 128;

    /** Values of x and hidden values that a block takes, and rows. */
    private static final int STATE = 8192;

    private static final int ROWS = 8;

    /** Rows of hidden values and of x are whole tiles; no tile is deeper than this. */
    private static final int DEPTH = 32;

    private final KernelFamily kernels;

    CudaMlpChain(CudaDevice device) {
        this.kernels = new KernelFamily(device, "mlp_chain");
    }

    void run(MlpChain chain, Tensor x) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        int inner = chain.w1().shape().rows();
        int pitches = DEPTH * (Grid.blocks(width, DEPTH) + Grid.blocks(inner, DEPTH));
        int blockRows = Math.min(ROWS, STATE / pitches);
        if (blockRows == 0) {
            throw new ShapeException("reverseChain: x has " + width + " columns and the denoiser " + inner
                    + " hidden values; a CUDA device takes up to " + STATE + " of both together, use the CPU for more");
        }
        Steps steps = chain.steps();
        kernels.launch(kernel(width, inner))
                .tensor(chain.w1())
                .tensor(chain.conditionTerm())
                .tensor(chain.stepTerms())
                .tensor(chain.nothingTerms())
                .tensor(chain.w2())
                .tensor(chain.b2())
                .f32(1 + chain.w())
                .f32(-chain.w())
                .floats(CudaDiffusion.coefficients(steps))
                .ints(CudaDiffusion.keys(steps), 4 * steps.count())
                .key(steps.start())
                .i32(rows)
                .i32(width)
                .i32(inner)
                .i32(steps.count())
                .i32(steps.stop())
                .i32(blockRows)
                .tensor(x)
                .run(Grid.blocks(rows, blockRows), Grid.THREADS);
    }

    private static String kernel(int width, int inner) {
        if (width <= SMALL && inner <= 2 * SMALL) {
            return "mlpChain64";
        }
        return width <= MIDDLE && inner <= 2 * MIDDLE ? "mlpChain128" : "mlpChainWide";
    }
}
