package io.github.indirec.model.intent;

import io.github.indirec.tensor.RandomSequence;
import java.util.function.IntSupplier;

/** Draws, for every sub-sequence of a batch, the sub-sequence whose representation guides its generation. */
public interface Mates {
    /** Takes in the clusters of a new fit: one number a sub-sequence, -1 where it joined none. */
    void refit(int[] assignment);

    /**
     * Draws one mate a row.
     *
     * @param batch [B] indices of the sub-sequences
     * @param clusterOfFirstRow looks up the cluster that the first row's present representation is nearest to; costly,
     *     asked at most once
     * @return [B] indices of sub-sequences; the array is used again by the next draw
     */
    int[] draw(int[] batch, IntSupplier clusterOfFirstRow, RandomSequence random);

    /** Whether earlier fits still matter: then they are part of the training state. */
    boolean remembersEarlierFits();

    /** The drawing that {@code source} names, among {@code count} sub-sequences. */
    static Mates of(IntentConfig.MateSource source, int clusters, int count) {
        return switch (source) {
            case BATCH_CLUSTER -> new BatchClusterMates(clusters, count);
            case OWN_CLUSTER -> new OwnClusterMates(clusters, count);
        };
    }
}
