package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import java.util.List;

/** Gaussian diffusion over rows. */
public final class DiffusionOps {
    private DiffusionOps() {}

    /**
     * The forward process (Ho et al., 2020): y_i = signalScale[t_i] x0_i + noiseScale[t_i] noise_i, each row at a step
     * of its own. dx0_i = signalScale[t_i] dy_i; the noise is a constant.
     *
     * @param x0 [B x D]
     * @param noise standard normal numbers [B x D]
     * @param signalScale sqrt(abar) of the T steps
     * @param noiseScale sqrt(1 - abar) of the T steps
     * @param t step of each row, 0 to T - 1; the array must keep them until the tape is closed
     */
    public static Variable qSample(Variable x0, Tensor noise, float[] signalScale, float[] noiseScale, int[] t) {
        int rows = x0.shape().rows();
        noise.shape().require("qSample", "noise", rows, x0.shape().rowLength());
        if (t.length < rows || noiseScale.length != signalScale.length) {
            throw new ShapeException("qSample: there are " + t.length + " steps for " + rows + " rows, and "
                    + signalScale.length + " signal scales for " + noiseScale.length + " noise scales");
        }
        for (int i = 0; i < rows; i++) {
            if (t[i] < 0 || t[i] >= signalScale.length) {
                throw new ShapeException(
                        "qSample: t[" + i + "] is " + t[i] + ", expected 0 to " + (signalScale.length - 1));
            }
        }
        Tape tape = x0.tape();
        Tensor y = tape.allocate(x0.dtype(), x0.shape());
        tape.backend().diffusion().qSample(x0.value(), noise, signalScale, noiseScale, t, y);
        return tape.record("qSample", y, List.of(x0), dy -> {
            Tensor dx0 = tape.allocate(x0.dtype(), x0.shape());
            tape.backend().diffusion().qSampleBackward(dy, signalScale, t, dx0);
            x0.addGradient(dx0);
        });
    }
}
