package io.github.indirec.model.intent;

import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;
import java.util.function.IntSupplier;

/**
 * The paper's rule: a sub-sequence's mate is uniform among the other members of its own cluster in the latest fit;
 * itself when it is alone.
 */
final class OwnClusterMates implements Mates {
    private final int[] starts;
    private final int[] members;
    private final int[] places;
    private int[] assignment = {};
    private int[] mates = {};

    OwnClusterMates(int clusters, int count) {
        this.starts = new int[clusters + 1];
        this.members = new int[count];
        this.places = new int[count];
    }

    /** Counting sort of the sub-sequences by cluster. */
    @Override
    public void refit(int[] assignment) {
        this.assignment = assignment.clone();
        Arrays.fill(starts, 0);
        for (int cluster : assignment) {
            if (cluster >= 0) {
                starts[cluster + 1]++;
            }
        }
        for (int k = 1; k < starts.length; k++) {
            starts[k] += starts[k - 1];
        }
        int[] next = starts.clone();
        for (int segment = 0; segment < assignment.length; segment++) {
            if (assignment[segment] >= 0) {
                places[segment] = next[assignment[segment]];
                members[next[assignment[segment]]++] = segment;
            }
        }
    }

    @Override
    public int[] draw(int[] batch, IntSupplier clusterOfFirstRow, RandomSequence random) {
        if (mates.length != batch.length) {
            mates = new int[batch.length];
        }
        for (int i = 0; i < mates.length; i++) {
            int cluster = assignment[batch[i]];
            int size = cluster < 0 ? 0 : starts[cluster + 1] - starts[cluster];
            if (size < 2) {
                mates[i] = batch[i];
            } else {
                int place = starts[cluster] + random.nextInt(size - 1);
                mates[i] = members[place < places[batch[i]] ? place : place + 1];
            }
        }
        return mates;
    }

    @Override
    public boolean remembersEarlierFits() {
        return false;
    }
}
