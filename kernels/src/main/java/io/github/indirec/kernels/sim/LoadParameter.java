package io.github.indirec.kernels.sim;

/** ld.param: the same value for all lanes, from the launch's parameter block. */
final class LoadParameter extends Instruction {
    private final int offset;
    private final String type;
    private final PtxRegister[] targets;

    LoadParameter(int offset, String type, PtxRegister[] targets) {
        super(true);
        this.offset = offset;
        this.type = type;
        this.targets = targets;
    }

    @Override
    void execute(Warp w, int active) {
        int bytes = RegisterKind.bits(type) / 8;
        for (int i = 0; i < targets.length; i++) {
            PtxRegister target = targets[i];
            if (target == null) {
                continue;
            }
            long value = 0;
            for (int b = bytes - 1; b >= 0; b--) {
                value = value << 8 | w.launch.parameters[offset + i * bytes + b] & 0xff;
            }
            value = Load.widen(value, type, target.bits());
            for (int m = active; m != 0; m &= m - 1) {
                w.put(target, Integer.numberOfTrailingZeros(m), value);
            }
            w.define(target.id(), active);
        }
    }
}
