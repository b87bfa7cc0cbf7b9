package io.github.indirec.kernels.sim;

/** An instruction that accesses memory: finds for each lane the segment and the place in it, or faults. */
abstract class MemoryInstruction extends Instruction {
    final Space space;
    /** Bytes of an element, and number of elements of a vector. */
    final int element;

    final int count;

    private final PtxOperandSlot address;
    private final long displacement;

    /** A source operand: its slot, its register's number or -1 for a constant, its kind. */
    record PtxOperandSlot(RegisterKind kind, int offset, int id) {}

    MemoryInstruction(Space space, int element, int count, PtxOperandSlot address, long displacement) {
        super(true);
        this.space = space;
        this.element = element;
        this.count = count;
        this.address = address;
        boolean windowed = space == Space.SHARED || space == Space.LOCAL;
        this.displacement = displacement + (windowed ? space.window() : 0);
    }

    /** Device address of a lane, in the generic address space. */
    final long address(Warp w, int lane) {
        return address.kind == RegisterKind.LONG
                ? w.q[address.offset + lane] + displacement
                : (w.r[address.offset + lane] & 0xffffffffL) + displacement;
    }

    /** Fills the warp's {@code at} and {@code offset} for the active lanes. */
    final void resolve(Warp w, int active, boolean write) {
        if (w.checks && address.id >= 0) {
            w.require(this, address.id, active, "the address");
        }
        int bytes = element * count;
        Segment segment = w.launch.cache[index];
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            long at = address(w, lane);
            long offset = at - segment.base;
            if (offset < 0 || offset > segment.bytes - bytes || segment.space == Space.LOCAL) {
                segment = w.find(at, bytes, lane);
                if (segment == null || !fits(segment.space, write)) {
                    throw w.illegal(this, lane, at, bytes, segment);
                }
                offset = at - segment.base;
            }
            if ((offset & bytes - 1) != 0) {
                throw w.misaligned(this, lane, at, bytes, segment);
            }
            w.at[lane] = segment;
            w.offset[lane] = offset;
        }
        w.launch.cache[index] = segment;
    }

    private boolean fits(Space found, boolean write) {
        return switch (space) {
            case GENERIC -> !write || found != Space.CONST;
            default -> found == space;
        };
    }

    /** Counts the request, once it is resolved. */
    final void count(Warp w, int active, boolean write) {
        if (w.launch.counting) {
            w.launch.traffic.request(w, active, element, count, write);
        }
    }
}
