package io.github.indirec.kernels.sim;

import java.util.Arrays;

/**
 * Which earlier accesses of other lanes of its warp each lane is ordered after: a vector clock for each lane, kept only
 * once a warp barrier has named fewer than all lanes.
 */
final class LaneOrder {
    /** Accesses of all lanes up to this time are ordered before what any lane does now. */
    private int floor;
    /** seen[32 l + m]: up to when lane l knows what lane m did; null while the floor says all. */
    private int[] seen;

    void reset() {
        floor = -1;
        seen = null;
    }

    /** Whether all lanes are ordered after the same accesses of others. */
    boolean isUniform() {
        return seen == null;
    }

    /** Lanes have met at a barrier: each now knows what any of them knew, and what they did before this time. */
    void join(int lanes, int live, int now) {
        if ((live & ~lanes) == 0) {
            floor = now - 1;
            seen = null;
            return;
        }
        if (seen == null) {
            seen = new int[Warp.LANES * Warp.LANES];
            Arrays.fill(seen, floor);
        }
        int[] joint = new int[Warp.LANES];
        Arrays.fill(joint, floor);
        for (int m = lanes; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            for (int other = 0; other < Warp.LANES; other++) {
                joint[other] = Math.max(joint[other], seen[Warp.LANES * lane + other]);
            }
        }
        for (int m = lanes; m != 0; m &= m - 1) {
            joint[Integer.numberOfTrailingZeros(m)] = now - 1;
        }
        for (int m = lanes; m != 0; m &= m - 1) {
            System.arraycopy(joint, 0, seen, Warp.LANES * Integer.numberOfTrailingZeros(m), Warp.LANES);
        }
    }

    /** Whether what lane other did at a time is ordered before what this lane does now. */
    boolean isOrdered(int lane, int other, int time) {
        return lane == other || time <= floor || seen != null && time <= seen[Warp.LANES * lane + other];
    }
}
