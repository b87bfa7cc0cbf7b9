package io.github.indirec.model.intent;

import io.github.indirec.tensor.RandomSequence;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.function.IntSupplier;

/**
 * Reference quirk: all conditions of a batch are drawn, with replacement, from the cluster nearest to the batch's first
 * row; and member lists are never cleared, so they mix all fits so far, each sub-sequence once a fit.
 */
final class BatchClusterMates implements Mates {
    private final IntArrayList[] members;
    private final int count;
    private int[] mates = {};

    BatchClusterMates(int clusters, int count) {
        this.count = count;
        this.members = new IntArrayList[clusters];
        for (int k = 0; k < clusters; k++) {
            members[k] = new IntArrayList();
        }
    }

    @Override
    public void refit(int[] assignment) {
        for (int segment = 0; segment < assignment.length; segment++) {
            if (assignment[segment] >= 0) {
                members[assignment[segment]].add(segment);
            }
        }
    }

    /** Deviation: the authors' code fails on an empty member list; here such a batch draws from all sub-sequences. */
    @Override
    public int[] draw(int[] batch, IntSupplier clusterOfFirstRow, RandomSequence random) {
        IntArrayList pool = members[clusterOfFirstRow.getAsInt()];
        if (mates.length != batch.length) {
            mates = new int[batch.length];
        }
        for (int i = 0; i < mates.length; i++) {
            mates[i] = pool.isEmpty() ? random.nextInt(count) : pool.getInt(random.nextInt(pool.size()));
        }
        return mates;
    }

    @Override
    public boolean remembersEarlierFits() {
        return true;
    }
}
