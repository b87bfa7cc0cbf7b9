package io.github.indirec.kernels.sim;

import java.util.List;

/** An operand of an instruction, as written. */
sealed interface PtxOperand {
    /** A register; {@code negated} for a predicate with an exclamation mark. */
    record Register(PtxRegister register, boolean negated) implements PtxOperand {}

    /** A register that the hardware fills, such as %tid.x. */
    record Special(String name) implements PtxOperand {}

    /** A number, with its sign. */
    record Immediate(String text) implements PtxOperand {}

    /** A variable or a label, and an offset in bytes. */
    record Symbol(String name, long offset) implements PtxOperand {}

    /** A place in memory: register, variable or number, plus an offset in bytes. */
    record Address(PtxOperand base, long offset) implements PtxOperand {}

    /** Several registers in braces. */
    record Vector(List<PtxOperand> elements) implements PtxOperand {}

    /** Two destinations, as in %r1|%p1. */
    record Pair(PtxOperand first, PtxOperand second) implements PtxOperand {}

    /** A destination that nobody wants, written as an underscore. */
    record Sink() implements PtxOperand {}
}
