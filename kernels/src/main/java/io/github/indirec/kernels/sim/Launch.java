package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;

/** One launch of a kernel: its blocks one after another in an order by the seed, their warps taking turns. */
final class Launch {
    private static final int LONGEST_TURN = 512;

    final KernelCode code;
    final GlobalMemory memory;
    final byte[] parameters;
    final boolean checks;
    final boolean counting;
    final int threads;
    final SplittableRandom random;
    final Profile profile;
    final Traffic traffic = new Traffic();
    final Races races;
    /** For each instruction the segment that it accessed last: most likely the next one, too. */
    final Segment[] cache;

    final WarpObserver observer;
    /** Grows at every barrier of any kind: the time of accesses. */
    int clock;

    private final SimulatorOptions options;
    private final LaunchSize size;
    private final Segment[] shared;
    private final Warp[] warps;
    private final List<Report> reports = new ArrayList<>();
    /** For each instruction the kinds of its reports, or null. */
    private final EnumSet<ReportKind>[] reported;

    private long executed;
    int blockNumber;

    Launch(
            KernelCode code,
            GlobalMemory memory,
            LaunchSize size,
            byte[] parameters,
            SimulatorOptions options,
            long number,
            WarpObserver observer) {
        this.code = code;
        this.memory = memory;
        this.size = size;
        this.parameters = parameters;
        this.options = options;
        this.observer = observer;
        checks = options.checks();
        counting = options.counting();
        threads = size.threads();
        races = new Races(this, number);
        random = new SplittableRandom(options.seed() * 0x9e3779b97f4a7c15L + number);
        profile = new Profile(code.instructions().length);
        reported = kinds(code.instructions().length);
        cache = new Segment[code.instructions().length];
        Arrays.fill(cache, new Segment(Space.GENERIC, 0, -1, "nothing"));
        shared = code.shared().stream()
                .map(v ->
                        new Segment(Space.SHARED, Space.SHARED.window() + v.offset(), v.bytes(), "shared " + v.name()))
                .toArray(Segment[]::new);
        warps = new Warp[(threads + Warp.LANES - 1) / Warp.LANES];
        for (int i = 0; i < warps.length; i++) {
            warps[i] = new Warp(this, i);
            specials(warps[i]);
        }
    }

    @SuppressWarnings("unchecked")
    private static EnumSet<ReportKind>[] kinds(int count) {
        return new EnumSet[count];
    }

    private void specials(Warp warp) {
        int first = warp.number * Warp.LANES;
        code.special(warp, "%tid.x", lane -> (first + lane) % size.blockX());
        code.special(warp, "%tid.y", lane -> (first + lane) / size.blockX() % size.blockY());
        code.special(warp, "%tid.z", lane -> (first + lane) / size.blockX() / size.blockY());
        code.special(warp, "%ntid.x", lane -> size.blockX());
        code.special(warp, "%ntid.y", lane -> size.blockY());
        code.special(warp, "%ntid.z", lane -> size.blockZ());
        code.special(warp, "%nctaid.x", lane -> size.gridX());
        code.special(warp, "%nctaid.y", lane -> size.gridY());
        code.special(warp, "%nctaid.z", lane -> size.gridZ());
        code.special(warp, "%laneid", lane -> lane);
        code.special(warp, "%warpid", lane -> warp.number);
        code.special(warp, "%nwarpid", lane -> warps.length);
        code.special(warp, "%lanemask_eq", lane -> 1 << lane);
        code.special(warp, "%lanemask_lt", lane -> (1 << lane) - 1);
        code.special(warp, "%lanemask_le", lane -> (2 << lane) - 1);
        code.special(warp, "%lanemask_gt", lane -> lane == 31 ? 0 : -2 << lane);
        code.special(warp, "%lanemask_ge", lane -> -1 << lane);
    }

    /** Runs all blocks; a {@link SimulatorFault} breaks off. */
    void run() {
        int blocks = size.blocks();
        int[] order = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int block : order) {
            begin(block);
            runBlock();
        }
    }

    private void begin(int block) {
        blockNumber = block;
        clock++;
        for (Segment segment : shared) {
            segment.forget();
        }
        races.beginBlock();
        for (Warp warp : warps) {
            int lanes = Math.min(Warp.LANES, threads - warp.number * Warp.LANES);
            warp.begin(lanes == Warp.LANES ? -1 : (1 << lanes) - 1);
            code.special(warp, "%ctaid.x", lane -> block % size.gridX());
            code.special(warp, "%ctaid.y", lane -> block / size.gridX() % size.gridY());
            code.special(warp, "%ctaid.z", lane -> block / size.gridX() / size.gridY());
        }
    }

    private void runBlock() {
        while (true) {
            int running = 0;
            for (Warp warp : warps) {
                running += warp.state == Warp.State.RUNNING ? 1 : 0;
            }
            if (running > 0) {
                turn(random.nextInt(running), running == 1 ? 1 << 16 : 1 + random.nextInt(LONGEST_TURN));
            } else if (!meet()) {
                return;
            }
        }
    }

    /** Lets one of the running warps run for a while. */
    private void turn(int choice, int budget) {
        int left = choice;
        for (Warp warp : warps) {
            if (warp.state == Warp.State.RUNNING && left-- == 0) {
                if (executed >= options.instructionLimit()) {
                    throw warp.fault(
                            ReportKind.TIMEOUT,
                            code.instructions()[warp.counter()],
                            warp.live,
                            0,
                            "more than " + options.instructionLimit()
                                    + " instructions: the kernel seems to run for ever");
                }
                executed += warp.run(budget);
            }
        }
    }

    /** All warps wait or have ended: lets them go on if they wait at the same barrier; false if all have ended. */
    private boolean meet() {
        Warp first = null;
        int votes = 0;
        int alive = 0;
        for (Warp warp : warps) {
            if (warp.state == Warp.State.BARRIER) {
                if (first == null) {
                    first = warp;
                } else if (warp.barrier != first.barrier || warp.barrier.number(warp) != first.barrier.number(first)) {
                    throw warp.fault(
                            ReportKind.BARRIER_DIVERGENCE,
                            warp.barrier,
                            warp.live,
                            0,
                            "warp " + warp.number + " waits here, warp " + first.number + " at PTX line "
                                    + first.barrier.source.line() + ": " + first.barrier);
                }
                votes += warp.barrier.votes(warp);
                alive += Integer.bitCount(warp.live);
            }
        }
        if (first == null) {
            return false;
        }
        clock++;
        races.barrier();
        for (Warp warp : warps) {
            if (warp.state == Warp.State.BARRIER) {
                warp.barrier.finish(warp, votes, alive);
                warp.release();
            }
        }
        return true;
    }

    LaunchSize size() {
        return size;
    }

    /** The block that runs. */
    List<Integer> block() {
        return List.of(
                blockNumber % size.gridX(),
                blockNumber / size.gridX() % size.gridY(),
                blockNumber / size.gridX() / size.gridY());
    }

    /** The shared variable that holds these bytes, or null. */
    Segment shared(long address, int bytes) {
        for (Segment segment : shared) {
            long offset = address - segment.base;
            if (offset >= 0 && offset <= segment.bytes - bytes) {
                return segment;
            }
        }
        return null;
    }

    /** Why nothing is at an address. */
    String explain(long address, KernelCode of) {
        if (address >= Space.SHARED.window()) {
            Segment nearest = null;
            for (Segment segment : shared) {
                nearest = segment.base <= address ? segment : nearest;
            }
            return nearest == null
                    ? "the kernel has no shared memory there"
                    : (address - nearest.base - nearest.bytes) + " bytes past the end of " + nearest.label + " ("
                            + nearest.bytes + " bytes)";
        }
        if (address >= Space.LOCAL.window()) {
            return "the thread has " + of.localBytes() + " bytes of local memory, this is byte "
                    + (address - Space.LOCAL.window());
        }
        return memory.explain(address);
    }

    void divergent(int index) {
        profile.divergent[index]++;
    }

    void observe(Warp warp, Instruction instruction, int active) {
        observer.executing(new WarpView(warp, active, blockNumber), instruction.source.line(), instruction.toString());
    }

    /** Whether there is a report of this kind for an instruction; a second one would not be kept. */
    boolean isReported(ReportKind kind, Instruction instruction) {
        return reported[instruction.index] != null && reported[instruction.index].contains(kind);
    }

    void report(Instruction instruction, Report report) {
        if (!isReported(report.kind(), instruction)) {
            reports.add(report);
            if (reported[instruction.index] == null) {
                reported[instruction.index] = EnumSet.noneOf(ReportKind.class);
            }
            reported[instruction.index].add(report.kind());
        }
        if (options.throwing()) {
            throw new SimulatorFault(report);
        }
    }

    SimulatorFault fatal(Report report) {
        reports.add(report);
        return new SimulatorFault(report);
    }

    List<Report> reports() {
        return reports;
    }
}
