package io.github.indirec.kernels.sim;

import java.util.List;

/**
 * Hand-made cases of one opcode: lane l of a warp computes case l.
 *
 * @param opcode as in PTX, with all modifiers
 * @param body statements of the kernel, see {@link VectorRunner}
 * @param inputs for each lane the bits of its operands, 8 bytes each
 * @param expected for each lane the bits of its result
 * @param type of the result: b16, b32, b64, f32, f64 or pred
 * @param tolerance relative error that is allowed; 0 for the very bits (any NaN equals any NaN)
 */
record OpcodeVector(
        String opcode, String body, List<long[]> inputs, List<Long> expected, String type, double tolerance) {
    @Override
    public String toString() {
        return opcode;
    }
}
