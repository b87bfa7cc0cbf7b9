package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * 32 threads that execute together: their registers, and the groups into which branches have split them.
 *
 * <p>The group with the smallest program counter runs; groups that meet at an instruction become one. So lanes come
 * together again wherever their ways cross, whatever the shape of the control flow.
 */
final class Warp {
    static final int LANES = 32;

    /** What a warp that has stopped waits for. */
    enum State {
        RUNNING,
        BARRIER,
        ENDED
    }

    final KernelCode code;
    final Launch launch;
    final boolean checks;
    final int number;
    final int[] r;
    final long[] q;
    final int[] p;
    /** For each register the lanes whose value is defined. */
    final int[] defined;
    /** For each register the load by which an undefined value came, or -1 - the register that nobody wrote. */
    final int[] origin;
    /** Lanes that have not ended. */
    int live;
    /** Lanes of the group that runs. */
    int mask;

    State state;
    /** The barrier that the warp waits at. */
    Barrier barrier;
    /** Result of the last {@link MemoryInstruction#resolve}. */
    final Segment[] at = new Segment[LANES];

    final long[] offset = new long[LANES];
    /** Which accesses of other lanes each lane is ordered after. */
    final LaneOrder order = new LaneOrder();

    private final Segment[] local;
    private final LaneGroups groups = new LaneGroups();
    private int pc;
    private int limit;

    Warp(Launch launch, int number) {
        this.launch = launch;
        this.number = number;
        code = launch.code;
        checks = launch.checks;
        r = code.words();
        q = code.longs();
        p = code.predicates();
        defined = new int[code.registers()];
        origin = new int[code.registers()];
        local = new Segment[code.localBytes() == 0 ? 0 : LANES];
        for (int lane = 0; lane < local.length; lane++) {
            local[lane] = new Segment(Space.LOCAL, Space.LOCAL.window(), code.localBytes(), "local memory");
        }
    }

    /** Prepares for a block: all registers undefined, all lanes at the first instruction. */
    void begin(int lanes) {
        live = lanes;
        mask = lanes;
        pc = 0;
        limit = Integer.MAX_VALUE;
        groups.clear();
        state = State.RUNNING;
        Arrays.fill(defined, 0);
        Arrays.setAll(origin, id -> -1 - id);
        for (Segment segment : local) {
            segment.forget();
        }
        order.reset();
    }

    /** Runs until it ends, reaches a barrier, or has executed this many instructions; returns how many it were. */
    int run(int budget) {
        Instruction[] instructions = code.instructions();
        Profile profile = launch.profile;
        int done = 0;
        while (done < budget && state == State.RUNNING) {
            done++;
            Instruction instruction = instructions[pc];
            int active = mask;
            if (instruction.guard >= 0) {
                if (checks && (mask & ~defined[instruction.guardId]) != 0) {
                    require(instruction, instruction.guardId, mask, "the predicate");
                }
                active &= p[instruction.guard] ^ instruction.guardFlip;
            }
            profile.executed(instruction.index, active);
            if (launch.observer != null) {
                launch.observe(this, instruction, active);
            }
            if (!instruction.straight) {
                instruction.execute(this, active);
            } else {
                if (active != 0) {
                    instruction.execute(this, active);
                }
                advance();
            }
        }
        return done;
    }

    /** The running group goes to the next instruction. */
    void advance() {
        jump(pc + 1);
    }

    /** The running group goes to an instruction; if that is past another group, that one runs first. */
    void jump(int target) {
        pc = target;
        if (pc >= limit || mask == 0) {
            if (mask != 0) {
                groups.add(pc, mask);
            }
            select();
        }
    }

    /** Lanes of the running group go to an instruction; lanes that end there are gone at once. */
    void split(int target, int lanes) {
        mask &= ~lanes;
        if (code.instructions()[target] instanceof Exit exit && exit.isEnd()) {
            live &= ~lanes;
        } else {
            groups.add(target, lanes);
            limit = Math.min(limit, target);
        }
    }

    /** Lanes of the running group end. */
    void exit(int lanes) {
        live &= ~lanes;
        mask &= ~lanes;
        advance();
    }

    /** The running group waits at the current instruction for other lanes of the warp. */
    void park(Instruction instruction) {
        groups.park(instruction, mask, live);
        mask = 0;
        select();
    }

    /** The whole warp waits for the block. */
    void atBarrier(Barrier instruction) {
        barrier = instruction;
        state = State.BARRIER;
    }

    /** Goes on after the barrier. */
    void release() {
        state = State.RUNNING;
        mask = live;
        pc = barrier.index;
        limit = Integer.MAX_VALUE;
        order.reset();
        advance();
    }

    /** Chooses the group that runs next. */
    private void select() {
        mask = 0;
        groups.wake(this);
        if (state == State.BARRIER) {
            return;
        }
        if (groups.isEmpty()) {
            limit = Integer.MAX_VALUE;
            if (groups.nobodyWaits()) {
                state = State.ENDED;
            } else {
                groups.stuck(this);
            }
            return;
        }
        pc = groups.first();
        mask = groups.takeFirst();
        limit = groups.isEmpty() ? Integer.MAX_VALUE : groups.first();
    }

    /** Lanes that have met at a warp barrier see one another's writes. */
    void ordered(int lanes) {
        launch.clock++;
        order.join(lanes, live, launch.clock);
    }

    /** Index of the instruction that runs. */
    int counter() {
        return pc;
    }

    /** The segment at an address that a lane may mean, or null. */
    Segment find(long address, int bytes, int lane) {
        if (address >= Space.SHARED.window()) {
            return launch.shared(address, bytes);
        }
        if (address >= Space.LOCAL.window()) {
            boolean inside = local.length > 0 && address - Space.LOCAL.window() <= local[lane].bytes - bytes;
            return inside ? local[lane] : null;
        }
        return launch.memory.find(address, bytes);
    }

    void put(PtxRegister register, int lane, long value) {
        if (register.kind() == RegisterKind.LONG) {
            q[register.offset() + lane] = value;
        } else {
            r[register.offset() + lane] = (int) value;
        }
    }

    void define(int id, int lanes) {
        defined[id] |= lanes;
    }

    /** Reports lanes that depend on an undefined register; it counts as defined from then on. */
    void require(Instruction instruction, int id, int lanes, String what) {
        int missing = lanes & ~defined[id];
        if (missing == 0) {
            return;
        }
        String name = code.register(id).name();
        String cause = origin[id] < 0
                ? "nobody wrote " + code.register(-1 - origin[id]).name()
                : "its value comes from memory that nobody had written when it was read by PTX line "
                        + code.instructions()[origin[id]].source.line() + ": " + code.instructions()[origin[id]];
        defined[id] |= missing;
        report(ReportKind.UNINITIALISED, instruction, missing, 0, what + " depends on " + name + ": " + cause);
    }

    void uninitialised(Instruction instruction, int lane, String sentence) {
        report(ReportKind.UNINITIALISED, instruction, 1 << lane, at[lane].base + offset[lane], sentence);
    }

    /** Records a report, or throws it. */
    void report(ReportKind kind, Instruction instruction, int lanes, long address, String sentence) {
        if (!launch.isReported(kind, instruction)) {
            launch.report(instruction, make(kind, instruction, lanes, address, sentence));
        }
    }

    /** A report after which the launch cannot go on. */
    SimulatorFault fault(ReportKind kind, Instruction instruction, int lanes, long address, String sentence) {
        return launch.fatal(make(kind, instruction, lanes, address, sentence));
    }

    /** Reports that a lane's access and an earlier one are not ordered. */
    void race(Instruction instruction, int lane, int other, boolean otherBlock, long address, String sentence) {
        int self = number * LANES + lane;
        List<Integer> threads = otherBlock ? List.of(self) : List.of(self, other);
        PtxStatement source = instruction.source;
        launch.report(instruction, new Report(
                ReportKind.RACE,
                code.name(),
                source.line(),
                source.text(),
                launch.block(),
                threads,
                address,
                sentence));
    }

    private Report make(ReportKind kind, Instruction instruction, int lanes, long address, String sentence) {
        List<Integer> threads = new ArrayList<>();
        for (int m = lanes; m != 0; m &= m - 1) {
            threads.add(number * LANES + Integer.numberOfTrailingZeros(m));
        }
        PtxStatement source = instruction.source;
        return new Report(kind, code.name(), source.line(), source.text(), launch.block(), threads, address, sentence);
    }

    SimulatorFault illegal(MemoryInstruction instruction, int lane, long address, int bytes, Segment found) {
        String sentence = "access to " + bytes + " bytes at 0x" + Long.toHexString(address) + ": "
                + (found != null
                        ? "that is " + found.space + " memory, " + found.describe()
                        : launch.explain(address, code));
        return fault(ReportKind.ILLEGAL_ADDRESS, instruction, 1 << lane, address, sentence);
    }

    SimulatorFault misaligned(MemoryInstruction instruction, int lane, long address, int bytes, Segment found) {
        String sentence = "access to " + bytes + " bytes at 0x" + Long.toHexString(address)
                + ", which is no multiple of " + bytes + ", in " + found.describe();
        return fault(ReportKind.MISALIGNED_ADDRESS, instruction, 1 << lane, address, sentence);
    }
}
