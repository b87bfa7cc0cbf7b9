package io.github.indirec.kernels.sim;

/** A warp as an observer sees it. */
public final class WarpView {
    private final Warp warp;
    private final int active;
    private final int block;

    WarpView(Warp warp, int active, int block) {
        this.warp = warp;
        this.active = active;
        this.block = block;
    }

    /** Number of the block in the grid, x fastest. */
    public int block() {
        return block;
    }

    /** Number of the warp in its block. */
    public int number() {
        return warp.number;
    }

    /** The lanes that will execute the instruction, a bit each. */
    public int active() {
        return active;
    }

    /**
     * Contents of a register: 1 or 0 for a predicate, the bits of a float for a float.
     *
     * @param name as in the PTX text, such as %f3
     */
    public long register(String name, int lane) {
        for (PtxRegister register : warp.code.source().registers()) {
            if (register.name().equals(name)) {
                return switch (register.kind()) {
                    case INT -> warp.r[register.offset() + lane];
                    case LONG -> warp.q[register.offset() + lane];
                    case PREDICATE -> warp.p[register.offset()] >> lane & 1;
                };
            }
        }
        throw new IllegalArgumentException("kernel " + warp.code.name() + " does not use a register " + name);
    }

    /** A register as a float. */
    public float floatRegister(String name, int lane) {
        return Float.intBitsToFloat((int) register(name, lane));
    }
}
