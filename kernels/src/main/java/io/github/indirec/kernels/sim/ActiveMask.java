package io.github.indirec.kernels.sim;

/** activemask: the lanes that execute it together. */
final class ActiveMask extends Instruction {
    private final PtxRegister target;

    ActiveMask(PtxRegister target) {
        super(true);
        this.target = target;
    }

    @Override
    void execute(Warp w, int active) {
        for (int m = active; m != 0; m &= m - 1) {
            w.r[target.offset() + Integer.numberOfTrailingZeros(m)] = active;
        }
        w.define(target.id(), active);
    }
}
