package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the simulator cannot run it refuses when the file is loaded, naming kernel, line and instruction. */
class RefusalTest {
    /** Line of the body's first statement in {@link VectorRunner#kernel}. */
    private static final int FIRST = 14;

    private static PtxException load(String body) {
        return assertThrows(
                PtxException.class, () -> new Simulator().load(VectorRunner.kernel(".param .u64 in", body + "\nret;")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "membar.gl; | fences",
                "fence.acq_rel.gpu; | fences",
                "ld.acquire.gpu.global.u32 %r1, [%rd1]; | acquire",
                "st.release.gpu.global.u32 [%rd1], %r1; | release",
                "ld.relaxed.gpu.global.u32 %r1, [%rd1]; | blocks",
                "atom.acq_rel.gpu.global.add.u32 %r1, [%rd1], 1; | blocks",
                "bar.arrive 1, 64; | barriers",
                "call.uni vprintf; | inline",
                "add.u128 %r1, %r2, %r3; | does not know the opcode add.u128",
                "add.rn.banana.f32 %f1, %f2, %f3; | does not know the opcode",
                "frobnicate; | does not know the opcode frobnicate",
                "mov.u32 %r1, %clock; | %clock is not supported",
                "add.s32 %r1, %r2; | expected 3 operands",
                "add.s32 %r1, %rd2, %r3; | %rd2 is no operand of type",
                "bra NOWHERE; | no such label",
                "ld.param.u64 %rd1, [in+8]; | past the end of the parameter",
                "ld.global.u32 %r1, [nothing]; | nothing is not declared",
            })
    void whatItCannotRun(String instruction, String reason) {
        PtxException refused = load("mov.u32 %r1, 0;\n" + instruction);
        assertEquals("k", refused.kernel());
        assertEquals(FIRST + 1, refused.line(), refused.getMessage());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertTrue(refused.getMessage().contains(instruction.split(" ")[0].replace(";", "")), refused.getMessage());
    }

    @Test
    void functionsAndDynamicSharedMemory() {
        String head = ".version 8.0\n.target sm_75\n.address_size 64\n";
        Simulator simulator = new Simulator();
        assertThrows(PtxException.class, () -> simulator.load(head + ".func f() { ret; }"));
        assertThrows(
                PtxException.class,
                () -> simulator.load(head + ".visible .entry k() { .shared .align 4 .b8 s[]; ret; }"));
        assertThrows(PtxException.class, () -> simulator.load(head + ".visible .entry k() { ret"));
    }

    @Test
    void undeclaredRegistersAreNamed() {
        assertTrue(load("@%p77 bra L; L:").getMessage().contains("%p77 is not declared"));
    }
}
