package io.github.indirec.kernels.sim;

/** All families of arithmetic instructions. */
final class Families {
    private Families() {}

    /** The instruction of this opcode, or null if no family has it. */
    static Signature find(String opcode, Noise noise) {
        Signature found = IntegerOps.of(opcode);
        found = found != null ? found : FloatOps.of(opcode);
        found = found != null ? found : BitOps.of(opcode);
        found = found != null ? found : LongOps.of(opcode);
        found = found != null ? found : CompareOps.of(opcode);
        found = found != null ? found : MoveOps.of(opcode);
        found = found != null ? found : ConvertOps.of(opcode);
        found = found != null ? found : ApproximateOps.of(opcode, noise);
        found = found != null ? found : FieldOps.of(opcode);
        found = found != null ? found : ShortOps.of(opcode);
        return found != null ? found : DoubleOps.of(opcode);
    }
}
