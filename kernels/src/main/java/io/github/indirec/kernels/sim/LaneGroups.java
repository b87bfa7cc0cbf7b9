package io.github.indirec.kernels.sim;

/** The groups of a warp's lanes that do not run: some ready, by program counter, some waiting for other lanes. */
final class LaneGroups {
    private final int[] counters = new int[Warp.LANES];
    private final int[] lanes = new int[Warp.LANES];
    private int ready;
    private final Instruction[] places = new Instruction[Warp.LANES];
    private final int[] parked = new int[Warp.LANES];
    /** Lanes that were alive when the first lane began to wait. */
    private final int[] alive = new int[Warp.LANES];

    private int waiting;

    void clear() {
        ready = 0;
        waiting = 0;
    }

    boolean isEmpty() {
        return ready == 0;
    }

    boolean nobodyWaits() {
        return waiting == 0;
    }

    /** Adds lanes at an instruction: to the group that is there, if there is one. Kept sorted, the smallest last. */
    void add(int counter, int mask) {
        int i = ready;
        while (i > 0 && counters[i - 1] < counter) {
            i--;
        }
        if (i > 0 && counters[i - 1] == counter) {
            lanes[i - 1] |= mask;
            return;
        }
        System.arraycopy(counters, i, counters, i + 1, ready - i);
        System.arraycopy(lanes, i, lanes, i + 1, ready - i);
        counters[i] = counter;
        lanes[i] = mask;
        ready++;
    }

    /** Smallest program counter of those that are ready. */
    int first() {
        return counters[ready - 1];
    }

    /** Removes the group with the smallest program counter. */
    int takeFirst() {
        return lanes[--ready];
    }

    /** Lanes wait at an instruction, with those that wait there already. */
    void park(Instruction place, int mask, int live) {
        int i = 0;
        while (i < waiting && places[i] != place) {
            i++;
        }
        if (i == waiting) {
            places[i] = place;
            parked[i] = 0;
            alive[i] = live;
            waiting++;
        }
        parked[i] |= mask;
    }

    /** Lanes whose partners have all come go on. */
    void wake(Warp warp) {
        for (int i = 0; i < waiting; i++) {
            if (places[i] instanceof WarpSync sync) {
                wake(warp, i, sync);
            } else if (parked[i] == warp.live) {
                checkLeft(warp, i, -1);
                warp.mask = warp.live;
                warp.atBarrier((Barrier) places[i]);
                waiting = 0;
            }
        }
        int kept = 0;
        for (int i = 0; i < waiting; i++) {
            if (parked[i] != 0) {
                places[kept] = places[i];
                parked[kept] = parked[i];
                alive[kept++] = alive[i];
            }
        }
        waiting = kept;
    }

    private void wake(Warp warp, int i, WarpSync sync) {
        for (int done = sync.complete(warp, parked[i]); done != 0; done = sync.complete(warp, parked[i])) {
            checkLeft(warp, i, sync.named(warp, Integer.numberOfTrailingZeros(done)));
            sync.perform(warp, done);
            parked[i] &= ~done;
            add(sync.index + 1, done);
        }
    }

    /** Lanes that ended while others waited for them. */
    private void checkLeft(Warp warp, int i, int named) {
        int left = named & alive[i] & ~warp.live;
        if (left != 0) {
            boolean block = places[i] instanceof Barrier;
            warp.report(
                    block ? ReportKind.BARRIER_DIVERGENCE : ReportKind.INACTIVE_LANE,
                    places[i],
                    parked[i],
                    0,
                    "lanes 0x" + Integer.toHexString(left) + " of the warp ended elsewhere while lanes 0x"
                            + Integer.toHexString(parked[i]) + " waited for them");
        }
    }

    /** Nobody can go on. */
    void stuck(Warp warp) {
        StringBuilder others = new StringBuilder();
        for (int i = 1; i < waiting; i++) {
            others.append(", lanes 0x")
                    .append(Integer.toHexString(parked[i]))
                    .append(" at PTX line ")
                    .append(places[i].source.line())
                    .append(": ")
                    .append(places[i]);
        }
        boolean block = places[0] instanceof Barrier;
        throw warp.fault(
                block ? ReportKind.BARRIER_DIVERGENCE : ReportKind.INACTIVE_LANE,
                places[0],
                parked[0],
                0,
                "lanes 0x" + Integer.toHexString(parked[0]) + " of the warp wait here for others that never come"
                        + (others.length() == 0 ? "" : "; there wait" + others.substring(1)));
    }
}
