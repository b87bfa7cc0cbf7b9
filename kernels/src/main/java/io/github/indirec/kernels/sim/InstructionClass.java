package io.github.indirec.kernels.sim;

/** What kind of work an instruction is. */
public enum InstructionClass {
    /** f32 and f64 arithmetic. */
    FLOATING,
    /** Approximations: rsqrt, ex2, lg2, sin, cos, and approximate division and root. */
    SPECIAL,
    /** Integer arithmetic, logic, shifts, comparisons, conversions, moves. */
    INTEGER,
    GLOBAL_MEMORY,
    SHARED_MEMORY,
    /** Parameters, constants, local and generic memory. */
    OTHER_MEMORY,
    ATOMIC,
    /** Branches and returns. */
    CONTROL,
    /** Shuffles, votes, matches, barriers of a warp. */
    WARP,
    /** Barriers of a block. */
    BARRIER;

    /** Class of an opcode. */
    static InstructionClass of(String opcode) {
        String name = opcode.split("\\.", 2)[0];
        return switch (name) {
            case "ld", "st", "ldu" ->
                opcode.contains(".global") ? GLOBAL_MEMORY : opcode.contains(".shared") ? SHARED_MEMORY : OTHER_MEMORY;
            case "atom", "red" -> ATOMIC;
            case "bra", "brx", "ret", "exit", "trap" -> CONTROL;
            case "bar", "barrier" -> opcode.startsWith("bar.warp") ? WARP : BARRIER;
            case "shfl", "vote", "match", "redux", "activemask" -> WARP;
            case "mov", "selp", "setp", "cvt", "cvta" -> INTEGER;
            default ->
                opcode.contains(".approx")
                        ? SPECIAL
                        : opcode.endsWith(".f32") || opcode.endsWith(".f64") ? FLOATING : INTEGER;
        };
    }
}
