package io.github.indirec.kernels.sim;

import java.util.List;

/**
 * An instruction, as written.
 *
 * @param line in the PTX text, from 1
 * @param text the instruction in one line
 * @param guard predicate under which it is executed, or null
 * @param negated whether the guard has an exclamation mark
 * @param opcode with all its modifiers
 */
record PtxStatement(
        int line, String text, PtxRegister guard, boolean negated, String opcode, List<PtxOperand> operands) {}
