package io.github.indirec.kernels.sim;

import java.util.Arrays;

/**
 * Counts what the memory system would have to do for a launch: a model, no measurement.
 *
 * <p>Global memory moves sectors of 32 bytes. Of a warp's request each sector that it touches counts once, caches
 * aside; the ideal is the least number of sectors that could hold the distinct bytes asked for. Shared memory has 32
 * banks of 4 bytes: a request is served in as many wavefronts as the busiest bank has different words, requests of 8
 * and 16 bytes a lane by half and quarter warps; lanes that read the same word cost nothing.
 */
final class Traffic {
    private static final int SECTOR = 32;
    private static final int BANKS = 32;

    long loadRequests;
    long storeRequests;
    long loadSectors;
    long storeSectors;
    long loadIdeal;
    long storeIdeal;
    long loadBytes;
    long storeBytes;
    long sharedRequests;
    long sharedWavefronts;
    long sharedIdeal;
    long localRequests;

    private final long[] sorted = new long[Warp.LANES];
    /** For each bank the different places asked for, and how many they are. */
    private final int[] places = new int[BANKS * Warp.LANES];

    private final int[] inBank = new int[BANKS];
    private int distinct;

    /** One request of a warp, whose lanes' places are resolved. */
    void request(Warp w, int active, int element, int count, boolean write) {
        int bytes = element * count;
        int first = Integer.numberOfTrailingZeros(active);
        switch (w.at[first].space) {
            case SHARED -> shared(w, active, bytes);
            case GLOBAL -> global(w, active, bytes, write);
            case LOCAL -> localRequests++;
            default -> {}
        }
    }

    private void global(Warp w, int active, int bytes, boolean write) {
        int n = 0;
        boolean ascending = true;
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            sorted[n] = w.at[lane].base + w.offset[lane];
            ascending &= n == 0 || sorted[n] >= sorted[n - 1];
            n++;
        }
        if (!ascending) {
            Arrays.sort(sorted, 0, n);
        }
        long sectors = 0;
        long distinct = 0;
        long lastSector = -1;
        long end = 0;
        for (int i = 0; i < n; i++) {
            long from = sorted[i];
            long to = from + bytes;
            distinct += Math.max(0, to - Math.max(from, end));
            end = Math.max(end, to);
            // An aligned access of at most 16 bytes lies within one sector.
            long sector = from / SECTOR;
            sectors += sector != lastSector ? 1 : 0;
            lastSector = sector;
        }
        long ideal = (distinct + SECTOR - 1) / SECTOR;
        if (write) {
            storeRequests++;
            storeSectors += sectors;
            storeIdeal += ideal;
            storeBytes += distinct;
        } else {
            loadRequests++;
            loadSectors += sectors;
            loadIdeal += ideal;
            loadBytes += distinct;
        }
    }

    private void shared(Warp w, int active, int bytes) {
        sharedRequests++;
        if (bytes <= 4 && inStep(w, active)) {
            sharedWavefronts++;
            sharedIdeal++;
            return;
        }
        int perLane = Math.max(1, bytes / 4);
        int lanes = Warp.LANES / perLane;
        int wavefronts = 0;
        for (int from = 0; from < Warp.LANES; from += lanes) {
            int part = active & (lanes == Warp.LANES ? -1 : (1 << lanes) - 1 << from);
            if (part != 0) {
                wavefronts += busiest(w, part, perLane);
            }
        }
        sharedWavefronts += isOnePlace(w, active) ? 1 : wavefronts;
        if (perLane > 1) {
            busiest(w, active, perLane);
        }
        sharedIdeal += (distinct * perLane + BANKS - 1) / BANKS;
    }

    /** Whether all lanes access neighbouring words, lane by lane, or all the same word. */
    private static boolean inStep(Warp w, int active) {
        int first = Integer.numberOfTrailingZeros(active);
        long start = w.offset[first] >>> 2;
        boolean step = true;
        boolean same = true;
        for (int m = active; m != 0 && (step || same); m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            long word = w.offset[lane] >>> 2;
            step &= word - start == lane - first;
            same &= word == start;
        }
        return step || same;
    }

    private static boolean isOnePlace(Warp w, int active) {
        int first = Integer.numberOfTrailingZeros(active);
        for (int m = active; m != 0; m &= m - 1) {
            if (w.offset[Integer.numberOfTrailingZeros(m)] != w.offset[first]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Greatest number of different vectors of these lanes in one bank, where a bank is as wide as a vector; the number
     * of different vectors goes to {@link #distinct}.
     */
    private int busiest(Warp w, int lanes, int perLane) {
        int banks = BANKS / perLane;
        Arrays.fill(inBank, 0);
        distinct = 0;
        int most = 0;
        for (int m = lanes; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            int place = (int) (w.at[lane].base + w.offset[lane] - Space.SHARED.window() >>> 2) / perLane;
            int bank = place & banks - 1;
            int known = inBank[bank];
            int i = 0;
            while (i < known && places[bank * Warp.LANES + i] != place) {
                i++;
            }
            if (i == known) {
                places[bank * Warp.LANES + i] = place;
                inBank[bank] = known + 1;
                distinct++;
                most = Math.max(most, known + 1);
            }
        }
        return most;
    }
}
