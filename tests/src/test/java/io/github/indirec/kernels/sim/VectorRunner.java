package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * Runs an {@link OpcodeVector} in a kernel: its body finds %rd1 pointing at the lane's operands and %r0 being the lane,
 * and leaves the result in %r9, %rd9, %rs9, %f9, %fd9 or %p9.
 */
final class VectorRunner {
    private static final int LANES = 32;

    private VectorRunner() {}

    /** A kernel with registers for everyone. */
    static String kernel(String parameters, String body) {
        return """
                .version 8.0
                .target sm_75
                .address_size 64
                .const .align 4 .b8 table[16] = {1, 0, 0, 0, 2, 3, 4, 133, 0, 0, 192, 63, 6};
                .global .align 8 .u32 variable[4] = {7, 9, 0xfffffffb};
                .visible .entry k(%s)
                {
                .reg .pred %%p<20>;
                .reg .b16 %%rs<20>;
                .reg .b32 %%r<40>;
                .reg .f32 %%f<40>;
                .reg .f64 %%fd<40>;
                .reg .b64 %%rd<40>;
                %s
                }
                """
                .formatted(parameters, body);
    }

    private static String store(String type) {
        return switch (type) {
            case "b16" -> "cvt.u64.u16 %rd31, %rs9; st.global.u64 [%rd30], %rd31;";
            case "b32" -> "cvt.u64.u32 %rd31, %r9; st.global.u64 [%rd30], %rd31;";
            case "f32" -> "mov.b32 %r9, %f9; cvt.u64.u32 %rd31, %r9; st.global.u64 [%rd30], %rd31;";
            case "f64" -> "mov.b64 %rd31, %fd9; st.global.u64 [%rd30], %rd31;";
            case "pred" -> "selp.b64 %rd31, 1, 0, %p9; st.global.u64 [%rd30], %rd31;";
            default -> "st.global.u64 [%rd30], %rd9;";
        };
    }

    /** Parameters of the kernels of vectors, and what is given for them. */
    private static final String PARAMETERS =
            """
            .param .u64 in, .param .u64 out, .param .u8 p8, .param .u16 p16, .param .u32 p32, .param .f32 pf,
            .param .u64 p64, .param .f64 pd, .param .align 8 .b8 structure[16]""";

    private static final byte[] STRUCTURE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    /** Runs with all lanes, and with every third lane only, so that both ways of executing are seen. */
    static void run(OpcodeVector vector) {
        run(vector, false);
        boolean together = vector.body().matches("(?s).*(sync|atom|red\\.|activemask).*");
        if (!together) {
            run(vector, true);
        }
    }

    private static void run(OpcodeVector vector, boolean some) {
        int operands = vector.inputs().get(0).length;
        String body =
                """
                ld.param.u64 %%rd1, [in];
                ld.param.u64 %%rd2, [out];
                mov.u32 %%r0, %%tid.x;
                mul.wide.u32 %%rd3, %%r0, %d;
                add.s64 %%rd1, %%rd1, %%rd3;
                mul.wide.u32 %%rd3, %%r0, 8;
                add.s64 %%rd30, %%rd2, %%rd3;
                %s
                %s
                %s
                DONE: ret;
                """
                        .formatted(8 * operands, some ? SOME : "", vector.body(), store(vector.type()));
        Simulator simulator = new Simulator();
        ByteBuffer in = ByteBuffer.allocate(LANES * 8 * operands).order(ByteOrder.LITTLE_ENDIAN);
        int cases = vector.inputs().size();
        for (int lane = 0; lane < LANES; lane++) {
            for (long bits : vector.inputs().get(lane % cases)) {
                in.putLong(bits);
            }
        }
        long from = simulator.upload("in", in);
        long to = simulator.allocate("out", LANES * 8);
        Kernel kernel = simulator.load(kernel(PARAMETERS, body)).kernel("k");
        assertTrue(kernel.opcodes().contains(vector.opcode()), vector.opcode() + " is not in its own kernel");
        byte p8 = (byte) 0x81;
        short p16 = (short) 0x8001;
        simulator.launch(kernel, LaunchSize.of(1, LANES), from, to, p8, p16, -7, 1.5f, 1L << 40, -2.5, STRUCTURE);
        ByteBuffer out = simulator.download(to, LANES * 8);
        for (int lane = 0; lane < LANES; lane += some ? 3 : 1) {
            check(vector, lane % cases, out.getLong(8 * lane));
        }
    }

    /** Lanes that are no multiple of 3 leave at once. */
    private static final String SOME = "rem.u32 %r39, %r0, 3; setp.ne.s32 %p19, %r39, 0; @%p19 bra DONE;";

    private static void check(OpcodeVector vector, int i, long found) {
        long expected = vector.expected().get(i);
        StringBuilder where = new StringBuilder(vector.opcode());
        for (long input : vector.inputs().get(i)) {
            where.append(" 0x").append(Long.toHexString(input));
        }
        double e = number(vector.type(), expected);
        double f = number(vector.type(), found);
        if (vector.type().startsWith("f") && (e != e || vector.tolerance() > 0 && !Double.isInfinite(e))) {
            boolean near = e != e ? f != f : Math.abs(e - f) <= vector.tolerance() * Math.abs(e);
            assertTrue(near, String.format(Locale.ROOT, "%s: expected %s, found %s", where, e, f));
        } else {
            assertEquals(
                    "0x" + Long.toHexString(expected),
                    "0x" + Long.toHexString(found),
                    where + " (" + e + ", " + f + ")");
        }
    }

    private static double number(String type, long bits) {
        return switch (type) {
            case "f32" -> Float.intBitsToFloat((int) bits);
            case "f64" -> Double.longBitsToDouble(bits);
            default -> bits;
        };
    }
}
