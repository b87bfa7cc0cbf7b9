package io.github.indirec.kernels.sim;

/**
 * Finds accesses of different threads to the same bytes, one of them a write, that nothing orders: neither a block
 * barrier, nor a warp barrier that names both lanes, nor that both are atomic. Blocks of one launch are never ordered.
 *
 * <p>Shuffles and votes order nothing: by the CUDA programming guide they imply no memory barrier. That lanes of a warp
 * happen to run in step orders nothing either. Volatile accesses are accesses like others.
 *
 * <p>An access is a long: 28 bits time, 12 bits block, 14 bits instruction, 10 bits thread. The time is the launch's
 * clock, which counts barriers of any kind, and beginnings of blocks; so it tells accesses of earlier blocks, too.
 */
final class Races {
    private static final int TIME = 36;
    private static final int BLOCK = 24;
    private static final int INSTRUCTION = 10;
    private static final long THREAD_MASK = 1023;
    /** All but the instruction. */
    private static final long IDENTITY = ~(((1L << BLOCK - INSTRUCTION) - 1) << INSTRUCTION);

    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int ATOMIC = 2;
    private static final String[] DOES = {"reads", "writes", "changes by an atomic"};
    private static final String[] DID = {"read", "wrote", "changed by an atomic"};

    private final Launch launch;
    private final long number;
    private int blockStart;
    /** Whatever happened in this block up to this time is ordered before now. */
    private int floor;

    Races(Launch launch, long number) {
        this.launch = launch;
        this.number = number;
    }

    void beginBlock() {
        blockStart = launch.clock;
        floor = blockStart - 1;
    }

    /** The block has passed a barrier. */
    void barrier() {
        floor = launch.clock - 1;
    }

    /** @param readOnly whether the memory may not change while the kernel runs */
    void read(Warp w, MemoryInstruction instruction, int active, boolean readOnly) {
        access(w, instruction, active, READ, readOnly);
    }

    void write(Warp w, MemoryInstruction instruction, int active) {
        access(w, instruction, active, WRITE, false);
    }

    void atomic(Warp w, MemoryInstruction instruction, int active) {
        access(w, instruction, active, ATOMIC, false);
    }

    private void access(Warp w, MemoryInstruction instruction, int active, int kind, boolean readOnly) {
        long common = (long) launch.clock << TIME
                | (launch.blockNumber & 0xfffL) << BLOCK
                | (instruction.index & 0x3fffL) << INSTRUCTION
                | (long) w.number * Warp.LANES;
        // Of lanes that read the same place two will do, if all lanes are ordered alike.
        boolean skip = kind == READ && w.order.isUniform();
        int bytes = instruction.element * instruction.count;
        Segment last = null;
        long lastOffset = 0;
        int repeated = 0;
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            Segment segment = w.at[lane];
            long offset = w.offset[lane];
            if (segment == last && offset == lastOffset) {
                if (++repeated >= 2 && skip) {
                    continue;
                }
            } else {
                repeated = 0;
                last = segment;
                lastOffset = offset;
            }
            if (segment.space == Space.LOCAL || segment.space == Space.CONST) {
                continue;
            }
            if (segment.shadow == null) {
                segment.shadow = new Shadow(segment.words.length);
            }
            words(w, instruction, lane, common | lane, bytes, kind, readOnly);
        }
    }

    /** All cells that one lane accesses: an aligned access lies within one page. */
    private void words(Warp w, MemoryInstruction instruction, int lane, long now, int bytes, int kind, boolean nc) {
        Segment segment = w.at[lane];
        int word = (int) (w.offset[lane] >>> 2);
        Shadow.Page page = segment.shadow.page(word, number);
        if (bytes < 4) {
            page.splitIntoBytes();
        }
        if (kind == ATOMIC) {
            page.expectAtomics();
        }
        int first = word % Shadow.PAGE_WORDS;
        if (page.hasBytes()) {
            int from = 4 * first + (int) (w.offset[lane] & 3);
            for (int c = from; c < from + bytes; c++) {
                cell(w, instruction, lane, now, page, c, kind, nc);
            }
            return;
        }
        boolean plain = page.atomic == null;
        // Shared memory of earlier blocks is gone; global memory that they accessed is not quiet.
        long least = segment.space == Space.SHARED ? 0 : blockStart;
        for (int c = first; c < first + bytes / 4; c++) {
            if (!plain || nc && page.write[c] != 0 || !isQuiet(page, c, now, kind, least)) {
                cell(w, instruction, lane, now, page, c, kind, nc);
            }
        }
    }

    /**
     * The frequent case: earlier accesses are of this block and before its last barrier, or of threads that already
     * tell as much as this one. Does what there is to do and returns true, or does nothing.
     *
     * @param least accesses before this time are never quiet
     */
    private boolean isQuiet(Shadow.Page page, int c, long now, int kind, long least) {
        long write = page.write[c];
        if (write != 0 && (write >>> TIME > floor || write >>> TIME < least)) {
            return false;
        }
        long a = page.read[c];
        boolean gone = a == 0 || a >>> TIME <= floor && a >>> TIME >= least;
        if (kind == READ) {
            if (gone) {
                page.read[c] = now;
                return true;
            }
            long b = page.secondRead[c];
            boolean foreign = a >>> TIME < blockStart;
            // Two readers of different warps since the last barrier, or of different blocks.
            return b >>> TIME >= blockStart
                    && (foreign || b >>> TIME > floor && ((a ^ b) & (THREAD_MASK & -Warp.LANES)) != 0);
        }
        long b = page.secondRead[c];
        if (gone && (b == 0 || b >>> TIME <= floor && b >>> TIME >= least)) {
            page.write[c] = now;
            return true;
        }
        return false;
    }

    private void cell(
            Warp w, MemoryInstruction instruction, int lane, long now, Shadow.Page page, int c, int kind, boolean nc) {
        long write = page.write[c];
        if (write != 0 && (nc || !isOrdered(w, lane, write))) {
            race(w, instruction, lane, kind, write, WRITE, nc);
        }
        if (kind != ATOMIC && page.atomic != null) {
            check(w, instruction, lane, kind, page.atomic[c], ATOMIC, nc);
            check(w, instruction, lane, kind, page.secondAtomic[c], ATOMIC, nc);
        }
        if (kind == READ) {
            note(w, lane, now, page.read, page.secondRead, c);
            return;
        }
        check(w, instruction, lane, kind, page.read[c], READ, false);
        check(w, instruction, lane, kind, page.secondRead[c], READ, false);
        if (kind == ATOMIC) {
            note(w, lane, now, page.atomic, page.secondAtomic, c);
            return;
        }
        page.write[c] = now;
        page.read[c] = 0;
        page.secondRead[c] = 0;
        if (page.atomic != null) {
            page.atomic[c] = 0;
            page.secondAtomic[c] = 0;
        }
    }

    private void check(Warp w, MemoryInstruction instruction, int lane, int kind, long earlier, int was, boolean nc) {
        if (earlier != 0 && (nc || !isOrdered(w, lane, earlier))) {
            race(w, instruction, lane, kind, earlier, was, nc);
        }
    }

    /** Keeps an access among two, so that the two tell most: of other blocks, of other warps, of other lanes. */
    private void note(Warp w, int lane, long now, long[] first, long[] second, int c) {
        long a = first[c];
        if (a == 0 || ((a ^ now) & IDENTITY) == 0 || replaces(w, lane, a, now)) {
            first[c] = now;
            return;
        }
        long b = second[c];
        if (b == 0 || ((b ^ now) & IDENTITY) == 0 || replaces(w, lane, b, now) || distance(a, now) > distance(a, b)) {
            second[c] = now;
        }
    }

    /** Whether whoever races with an earlier access of this block races with this one, too. */
    private boolean replaces(Warp w, int lane, long earlier, long now) {
        boolean sameWarp = ((earlier ^ now) & (THREAD_MASK & -Warp.LANES)) == 0;
        return earlier >>> TIME >= blockStart && sameWarp && isOrdered(w, lane, earlier)
                || earlier >>> TIME >= blockStart && earlier >>> TIME <= floor
                || isForgotten(w, lane, earlier);
    }

    private boolean isForgotten(Warp w, int lane, long earlier) {
        return w.at[lane].space == Space.SHARED && earlier >>> TIME < blockStart;
    }

    private int distance(long a, long b) {
        if (a >>> TIME < blockStart != b >>> TIME < blockStart) {
            return 3;
        }
        return ((a ^ b) & THREAD_MASK) == 0 ? 0 : ((a ^ b) & (THREAD_MASK & -Warp.LANES)) == 0 ? 1 : 2;
    }

    private boolean isOrdered(Warp w, int lane, long earlier) {
        long time = earlier >>> TIME;
        if (time < blockStart) {
            return w.at[lane].space == Space.SHARED;
        }
        if (time <= floor) {
            return true;
        }
        int thread = (int) (earlier & THREAD_MASK);
        return thread / Warp.LANES == w.number && w.order.isOrdered(lane, thread % Warp.LANES, (int) time);
    }

    private void race(Warp w, MemoryInstruction instruction, int lane, int kind, long earlier, int was, boolean nc) {
        if (launch.isReported(ReportKind.RACE, instruction)) {
            return;
        }
        int other = (int) (earlier & THREAD_MASK);
        Instruction place = w.code.instructions()[(int) (earlier >>> INSTRUCTION & 0x3fff)];
        boolean foreign = earlier >>> TIME < blockStart;
        String who = "thread " + other
                + (!foreign
                        ? ""
                        : launch.size().blocks() > 4096
                                ? " of another block"
                                : " of block " + (earlier >>> BLOCK & 0xfff));
        Segment segment = w.at[lane];
        String sentence = "thread " + (w.number * Warp.LANES + lane) + " " + DOES[kind] + " byte " + w.offset[lane]
                + " of " + segment.label + ", which " + who + " " + DID[was] + " at PTX line " + place.source.line()
                + " (" + place + "): "
                + (nc && isOrdered(w, lane, earlier)
                        ? "ld.global.nc may read only what does not change while the kernel runs"
                        : "nothing orders the two");
        w.race(instruction, lane, other, foreign, segment.base + w.offset[lane], sentence);
    }
}
