package io.github.indirec.kernels.sim;

/** mov of one register into the parts of another: two moves in one instruction. */
final class Unpack extends Instruction {
    private final Arithmetic low;
    private final Arithmetic high;

    /** Either part may be null: nobody wants it. */
    Unpack(Arithmetic low, Arithmetic high) {
        super(true);
        this.low = low;
        this.high = high;
    }

    @Override
    void execute(Warp w, int active) {
        if (low != null) {
            low.execute(w, active);
        }
        if (high != null) {
            high.execute(w, active);
        }
    }
}
