package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ClusterKernels;
import io.github.indirec.tensor.spi.HostStorage;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Assignment that leaves out centroids which cannot win, with the bits of {@link CpuCluster#assign}: Ding et al.,
 * "Yinyang K-Means" (2015), with consecutive centroids as groups and with bounds that allow for rounding.
 *
 * <p>Each point has a lower bound for every {@link CentroidGroup}: no centroid of the group but the point's own is
 * nearer. A call first lowers it by the longest way that a centroid of the group has gone since the last call. The
 * distance to the point's own centroid is computed anew, as it is wanted anyway. Groups whose bound lies beyond it are
 * left out; the scores of the others are computed, and their bounds with them.
 *
 * <p>What is compared are rounded scores, and ties matter, so a bound must lie beyond the own distance by more than
 * rounding. With unit roundoff u = 2^-24, columns D and C the length of the longest centroid, a sum of D products by
 * fused multiply-add is off by at most D u |x| C, a norm by D u |x|^2 or D u C^2, and a score, |c|^2 - 2 x . c, by one
 * rounding more; so score + |x|^2 is off from the true squared distance by at most e = (D + 2) u (|x| + C)^2, to first
 * order. Twice as much is allowed for, which for up to a million columns covers the higher orders and the few roundings
 * of the bounds themselves.
 *
 * <p>On 109,361 representations of Beauty and K = 1024, the first 20 iterations from random points leave out 0, 19, 32,
 * 47, 56 and, from the tenth on, 75 to 91 % of the distances.
 */
final class BoundedAssigner implements ClusterKernels.Assigner {
    /** Points a block: 128 KiB at 64 columns, so that they stay in a second-level cache over all groups. */
    private static final int POINTS = 512;

    /** Allowance for rounding in units of (D + 2) (|x| + C)^2: 2 u. */
    private static final float ALLOWANCE = 0x1p-23f;

    /** What underflow may take from sums of products, far below 2^-126. */
    private static final float UNDERFLOW = Float.MIN_NORMAL;

    /** Leaves a result above the true one in spite of a few roundings. */
    private static final float UP = 1 + 0x1p-21f;

    /** Squared lengths up to this cannot overflow a score. */
    private static final float LONGEST = 1e36f;

    private final CpuContext context;
    private final ClusterKernels plain;
    private final CentroidGroup group;
    private final Tensor points;
    private final int count;
    private final int width;
    private final int clusters;
    private final int groups;

    private final float[] pointNorms;
    private final float longestPoint;
    private final int[] own;

    /** Lower bounds of the distances to all centroids of a group but the own one, [groups x POINTS] for each block. */
    private final float[][] bounds;

    private final float[] panels;
    private final float[] norms;
    private final float[] drifts;

    /** The centroids that the bounds belong to, null if there are none. */
    private float[] centroids;

    private float longestCentroid;
    private final LongAdder scored = new LongAdder();

    /** Not thread locals: those of long-lived workers would keep the bounds of every fit in memory. */
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    private final class Workspace {
        final int[] rows = new int[POINTS];
        final float[] scores = new float[(POINTS + CentroidGroup.SPARE_ROWS) * group.size()];
        final int[] lowest = new int[POINTS];
        final float[] best = new float[POINTS];
        final float[] reach = new float[POINTS];
        final float[] errors = new float[POINTS];
    }

    /** @param plain does the work where lengths might overflow */
    BoundedAssigner(CpuContext context, ClusterKernels plain, CentroidGroup group, Tensor points, int clusters) {
        this.context = context;
        this.plain = plain;
        this.group = group;
        this.points = points;
        this.count = points.shape().rows();
        this.width = points.shape().rowLength();
        this.clusters = clusters;
        this.groups = (clusters + group.size() - 1) / group.size();
        this.pointNorms = new float[count];
        NearestCentroid.squaredNorms(HostStorage.floats(points), points.offset(), count, width, pointNorms, 0);
        this.longestPoint = largest(pointNorms, count);
        this.own = new int[count];
        this.bounds = new float[(count + POINTS - 1) / POINTS][groups * POINTS];
        this.panels = new float[groups * group.size() * width];
        this.norms = new float[groups * group.size()];
        this.drifts = new float[groups];
        Arrays.fill(norms, Float.POSITIVE_INFINITY);
    }

    @Override
    public void assign(Tensor centers, int[] assignment, float[] distances) {
        float[] c = HostStorage.floats(centers);
        NearestCentroid.squaredNorms(c, centers.offset(), clusters, width, norms, 0);
        float longest = largest(norms, clusters);
        if (!(longest < LONGEST && longestPoint < LONGEST)) {
            centroids = null;
            plain.assign(points, centers, assignment, distances);
            return;
        }
        longestCentroid = (float) Math.sqrt(longest);
        move(c, centers.offset());
        group.pack(c, centers.offset(), clusters, width, panels);
        context.parallel.ranges(bounds.length, 1, (from, to) -> {
            Workspace work = idle.poll();
            work = work == null ? new Workspace() : work;
            for (int block = from; block < to; block++) {
                assignBlock(block, distances, work);
            }
            idle.add(work);
        });
        System.arraycopy(own, 0, assignment, 0, count);
    }

    /** Scores that all calls so far computed, those of the points' own centroids apart; N K a call without bounds. */
    long scored() {
        return scored.sum();
    }

    /** NaN if a value is. */
    private static float largest(float[] values, int count) {
        float largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, values[i]);
        }
        return largest;
    }

    /** Notes how far each group has gone. Without earlier centroids nothing is known: as far as there is. */
    private void move(float[] c, int offset) {
        Arrays.fill(drifts, centroids == null ? Float.POSITIVE_INFINITY : 0);
        if (centroids == null) {
            centroids = new float[clusters * width];
            for (float[] block : bounds) {
                Arrays.fill(block, 0);
            }
        } else {
            for (int k = 0; k < clusters; k++) {
                double sum = 0;
                for (int j = k * width; j < (k + 1) * width; j++) {
                    double difference = (double) c[offset + j] - centroids[j];
                    sum += difference * difference;
                }
                int g = k / group.size();
                drifts[g] = Math.max(drifts[g], (float) Math.sqrt(sum) * UP);
            }
        }
        System.arraycopy(c, offset, centroids, 0, clusters * width);
    }

    private void assignBlock(int block, float[] distances, Workspace work) {
        int from = block * POINTS;
        int rows = Math.min(POINTS, count - from);
        float[] x = HostStorage.floats(points);
        int x0 = points.offset() + from * width;
        NearestCentroid.ownScores(x, x0, rows, width, centroids, own, from, norms, work.best);
        for (int i = 0; i < rows; i++) {
            float length = (float) Math.sqrt(pointNorms[from + i]) + longestCentroid;
            work.errors[i] = (width + 2) * ALLOWANCE * length * length + UNDERFLOW;
            work.reach[i] = reach(work, from, i);
        }
        int size = group.size();
        long scores = 0;
        for (int g = 0; g < groups; g++) {
            int open = group.open(bounds[block], g * POINTS, rows, drifts[g], work.reach, work.rows);
            if (open > 0) {
                group.score(
                        x,
                        x0,
                        width,
                        work.rows,
                        open,
                        panels,
                        g * size * width,
                        norms,
                        g * size,
                        work.scores,
                        work.lowest);
                settle(block, g, open, work);
                scores += (long) open * size;
            }
        }
        scored.add(scores);
        for (int i = 0; i < rows; i++) {
            distances[from + i] = Math.max(0f, pointNorms[from + i] + work.best[i]);
        }
    }

    /** A distance from which on no centroid can have as low a score as the best. */
    private float reach(Workspace work, int from, int i) {
        float square = work.best[i] + pointNorms[from + i] + work.errors[i];
        return (float) Math.sqrt(Math.max(0f, square)) * UP;
    }

    /** A distance that no centroid of this score falls below. */
    private static float bound(float score, float norm, float error) {
        return (float) Math.sqrt(Math.max(0f, score + norm - error)) * CentroidGroup.DOWN;
    }

    /** Lets the scores of a group compete, and makes bounds of the losers. */
    private void settle(int block, int g, int open, Workspace work) {
        int from = block * POINTS;
        float[] mine = bounds[block];
        int first = g * group.size();
        for (int r = 0; r < open; r++) {
            int i = work.rows[r];
            int low = work.lowest[r];
            boolean stays = low > NearestCentroid.ordered(Float.floatToRawIntBits(work.best[i]));
            float loser;
            if (stays && Integer.compareUnsigned(own[from + i] - first, group.size()) >= 0) {
                loser = Float.intBitsToFloat(NearestCentroid.ordered(low));
            } else {
                loser = compete(mine, from, i, g, r * group.size(), work);
            }
            mine[g * POINTS + i] = bound(loser, pointNorms[from + i], work.errors[i]);
        }
    }

    /** The best score of a group apart from the winner's, which is the point's own centroid from now on. */
    private float compete(float[] mine, int from, int i, int g, int at, Workspace work) {
        int first = g * group.size();
        int holder = own[from + i];
        long held = NearestCentroid.key(work.best[i], holder);
        long least = Long.MAX_VALUE;
        long second = Long.MAX_VALUE;
        for (int k = 0; k < group.size(); k++) {
            if (first + k != holder) {
                long key = NearestCentroid.key(work.scores[at + k], first + k);
                second = Math.min(second, Math.max(least, key));
                least = Math.min(least, key);
            }
        }
        if (least > held) {
            return NearestCentroid.score(least);
        }
        own[from + i] = (int) least;
        work.best[i] = NearestCentroid.score(least);
        work.reach[i] = reach(work, from, i);
        int left = holder / group.size();
        if (left == g) {
            return NearestCentroid.score(Math.min(second, held));
        }
        int slot = left * POINTS + i;
        mine[slot] = Math.min(mine[slot], bound(NearestCentroid.score(held), pointNorms[from + i], work.errors[i]));
        return NearestCentroid.score(second);
    }
}
