package io.github.indirec.model.cadirec;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.diffusion.DiffusionDraws.NoiseField;
import io.github.indirec.model.diffusion.NoiseSchedule;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A diffusion over the masked items of sequences, the others staying as context: one forward step, one prediction, and
 * how well it names the items.
 *
 * <pre>
 * x_0  = E[items] + sigma_0 z',   sigma_0 = sqrt(1 - abar_0)
 * x_t  = sqrt(abar_t) x_0 + sqrt(1 - abar_t) z at the slots of the mask, x_0 elsewhere
 * nll  = mean over sequences of (sum over their slots of CE(f(x_t, t) E^T, item)) / (slots + 1e-5)
 * </pre>
 *
 * <p>Reference quirk: the context keeps the noise sigma_0, and nothing ties x_0 to its item but the loss itself.
 */
public final class ContextDiffusion {
    private final TokenDenoiser denoiser;
    private final float[] signal;
    private final float[] noise;

    /**
     * @param schedule with the denoiser's number of steps
     */
    public ContextDiffusion(TokenDenoiser denoiser, NoiseSchedule schedule) {
        if (schedule.steps() != denoiser.config().timesteps()) {
            throw new IllegalArgumentException("ContextDiffusion: the schedule has " + schedule.steps()
                    + " steps, the denoiser expects " + denoiser.config().timesteps());
        }
        this.denoiser = denoiser;
        this.signal = schedule.sqrtAlphasCumprod();
        this.noise = schedule.sqrtOneMinusAlphasCumprod();
    }

    /**
     * What one prediction was made of; to be read before the tape is played backwards.
     *
     * @param x0 [N x D]
     * @param noised x_t [N x D]
     * @param predicted f(x_t, t) at the slots of the mask [M x D]
     * @param logits scores of all rows of the table [M x I + 2]
     * @param nll one value
     */
    public record Denoising(Variable x0, Variable noised, Variable predicted, Variable logits, Variable nll) {}

    /**
     * Noises and predicts the masked items. Gradients reach the denoiser, and the table through x_t and the logits.
     *
     * @param table E [I + 2 x D]
     * @param dropout address of the denoiser's dropout words
     * @return empty where no item of the batch is masked: there is nothing to predict, and nll counts as 0
     */
    public Optional<Denoising> denoise(Variable table, RaggedBatch batch, CaDiRecDraws draws, RandomKey dropout) {
        SlotMask mask = draws.mask();
        if (mask.size() == 0) {
            return Optional.empty();
        }
        Tape tape = table.tape();
        Variable x0 = x0(table, batch, draws.embeddingNoise());
        Variable noised = noise(x0, batch, draws);
        Variable predicted = denoiser.predict(noised, draws.t(), batch.layout(), mask.slots(), dropout);
        Variable logits = MatmulOps.matmul(predicted, table, false, true);
        int[] targets = Arrays.stream(mask.slots()).map(slot -> batch.items()[slot]).toArray();
        Variable nll = LossOps.weightedCrossEntropy(logits, targets, factors(logits, mask.weights()));
        return Optional.of(new Denoising(x0, noised, predicted, logits, nll));
    }

    private Variable x0(Variable table, RaggedBatch batch, NoiseField embeddingNoise) {
        Variable items = IndexOps.gatherRows(table, batch.items());
        Tensor z = items.tape().allocate(items.dtype(), items.shape());
        embeddingNoise.fill(z);
        items.backend().elementwise().scale(noise[0], z, z);
        return ElementwiseOps.add(items, items.tape().constant(z));
    }

    private Variable noise(Variable x0, RaggedBatch batch, CaDiRecDraws draws) {
        Tape tape = x0.tape();
        float[] kept = new float[batch.items().length];
        float[] added = new float[kept.length];
        Arrays.fill(kept, 1);
        int at = 0;
        for (int s = 0; s < batch.count(); s++) {
            for (int m = 0; m < draws.mask().counts()[s]; m++, at++) {
                kept[draws.mask().slots()[at]] = signal[draws.t()[s]];
                added[draws.mask().slots()[at]] = noise[draws.t()[s]];
            }
        }
        Tensor z = tape.allocate(x0.dtype(), x0.shape());
        draws.stepNoise().fill(z);
        x0.backend().elementwise().scaleRows(z, factors(x0, added), z);
        return ElementwiseOps.add(ElementwiseOps.scaleRows(x0, factors(x0, kept)), tape.constant(z));
    }

    /** A vector of the type of x. */
    private static Tensor factors(Variable x, float[] values) {
        Tensor factors = x.tape().allocate(x.dtype(), values.length);
        factors.copyFrom(values);
        return factors;
    }
}
