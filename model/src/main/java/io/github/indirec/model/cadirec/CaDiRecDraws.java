package io.github.indirec.model.cadirec;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.diffusion.DiffusionDraws.NoiseField;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;

/**
 * The random decisions of the diffusion part of one training step, apart from dropout. Addressed by a sequence's place
 * in the batch and an item's place in its sequence, so that no sequence changes another's.
 *
 * @param t [B] diffusion step of each sequence, 0 to T - 1, uniform
 * @param mask which items are noised and replaced
 * @param embeddingNoise writes z' [N x D], standard normal, of x_0
 * @param stepNoise writes z [N x D], standard normal, of x_t
 * @param substitutes [2][M] random words that choose the item of each view at each slot of the mask
 */
public record CaDiRecDraws(
        int[] t, SlotMask mask, NoiseField embeddingNoise, NoiseField stepNoise, int[][] substitutes) {
    /** Views of a contrast. */
    static final int VIEWS = 2;

    /** Draws from Philox, addressed by seed and training step. */
    public static CaDiRecDraws of(
            Backend backend, long seed, int step, RaggedLayout layout, int timesteps, double maskRate) {
        RandomSequence steps = new RandomSequence(RandomStreams.TIMESTEP.key(seed, step));
        int[] t = new int[layout.count()];
        for (int s = 0; s < t.length; s++) {
            t[s] = steps.nextInt(timesteps);
        }
        SlotMask mask = SlotMask.draw(layout, maskRate, RandomStreams.SLOT_MASK.key(seed, step));
        int[] coordinates = layout.coordinates();
        int[][] substitutes = new int[VIEWS][mask.size()];
        RandomKey key = RandomStreams.SUBSTITUTES.key(seed, step);
        for (int view = 0; view < VIEWS; view++) {
            for (int m = 0; m < mask.size(); m++) {
                substitutes[view][m] = Philox.word(key, coordinates[mask.slots()[m]], view);
            }
        }
        return new CaDiRecDraws(
                t,
                mask,
                normal(backend, layout, RandomStreams.EMBEDDING_NOISE.key(seed, step)),
                normal(backend, layout, RandomStreams.FORWARD_NOISE.key(seed, step)),
                substitutes);
    }

    /** Normal numbers at every item's coordinate. */
    private static NoiseField normal(Backend backend, RaggedLayout layout, RandomKey key) {
        return out -> {
            for (int s = 0; s < layout.count(); s++) {
                int first = s * layout.maxLength() + layout.firstPosition(s);
                backend.random().normal(key, first, out.rows(layout.offset(s), layout.offset(s + 1)));
            }
        };
    }
}
