package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Launches, options, observers and counters. */
@Tag("simulated")
class SimulatorTest {
    private static final String SCALE =
            """
            ld.param.u64 %rd1, [x];
            ld.param.f32 %f1, [s];
            ld.param.u32 %r1, [n];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r5, %r2, %r3, %r4;
            setp.ge.s32 %p1, %r5, %r1;
            @%p1 bra END;
            mul.wide.s32 %rd2, %r5, 4;
            add.s64 %rd3, %rd1, %rd2;
            ld.global.f32 %f2, [%rd3];
            mul.f32 %f3, %f1, %f2;
            st.global.f32 [%rd3], %f3;
            END: ret;
            """;

    private static final String SCALE_PARAMETERS = ".param .u64 x, .param .f32 s, .param .u32 n";

    @Test
    void aKernelRunsOnArrays() {
        Simulator simulator = new Simulator();
        Kernel scale =
                simulator.load(VectorRunner.kernel(SCALE_PARAMETERS, SCALE)).kernel("k");
        float[] x = new float[77];
        float[] expected = new float[77];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            expected[i] = 3f * i;
        }
        long address = simulator.upload("x", x);
        LaunchResult result = simulator.launch(scale, LaunchSize.of(3, 32), address, 3f, 77);
        assertArrayEquals(expected, simulator.floats(address, 77));
        assertEquals(List.of(), result.reports());
        Counters counters = result.counters();
        assertEquals(3, counters.loadRequests());
        assertEquals(77 * 4, counters.loadBytes());
        // 32 + 32 + 13 floats: 4 + 4 + 2 sectors.
        assertEquals(10, counters.loadSectors());
        assertEquals(10, counters.storeSectors());
        assertEquals(1.0, counters.sectorsPerIdeal());
        assertEquals(1, counters.divergentBranches());
        assertTrue(counters.toString().contains("a model, not a measurement"));
        assertEquals(3, result.executions().get(26).longValue(), "the mul in line 26, for each of 3 warps");
    }

    @Test
    void argumentsMustFit() {
        Simulator simulator = new Simulator();
        Kernel scale =
                simulator.load(VectorRunner.kernel(SCALE_PARAMETERS, SCALE)).kernel("k");
        assertThrows(IllegalArgumentException.class, () -> simulator.launch(scale, LaunchSize.of(1, 32), 1L, 3f));
        assertThrows(IllegalArgumentException.class, () -> simulator.launch(scale, LaunchSize.of(1, 32), 1L, 3.0, 7));
        assertThrows(IllegalArgumentException.class, () -> LaunchSize.of(0, 32));
        assertThrows(IllegalArgumentException.class, () -> LaunchSize.of(1, 1025));
    }

    @Test
    void theFirstReportIsThrownUnlessReportsAreCollected() {
        Simulator simulator = new Simulator();
        Kernel scale =
                simulator.load(VectorRunner.kernel(SCALE_PARAMETERS, SCALE)).kernel("k");
        long x = simulator.upload("a short array", 1f, 2f);
        SimulatorFault fault =
                assertThrows(SimulatorFault.class, () -> simulator.launch(scale, LaunchSize.of(1, 32), x, 2f, 3));
        assertEquals(ReportKind.ILLEGAL_ADDRESS, fault.report().kind());
        assertEquals(List.of(2), fault.report().threads());
        assertEquals(x + 8, fault.report().address());
        assertTrue(fault.getMessage().contains("a short array (8 bytes"), fault.getMessage());
        simulator.setOptions(simulator.options().withThrowing(false));
        LaunchResult result = simulator.launch(scale, LaunchSize.of(1, 32), x, 2f, 3);
        assertEquals(List.of(fault.report()), result.reports());
        simulator.free(x);
        Report freed = simulator
                .launch(scale, LaunchSize.of(1, 32), x, 2f, 1)
                .reports()
                .get(0);
        assertTrue(freed.sentence().contains("freed memory a short array"), freed.toString());
    }

    /** Threads write down the order in which an atomic counter serves them. */
    @Test
    void seedsChangeTheOrderOfBlocksAndWarps() {
        String body =
                """
                ld.param.u64 %rd1, [x];
                mov.u32 %r2, %ctaid.x;
                mov.u32 %r4, %tid.x;
                shr.u32 %r4, %r4, 5;
                shl.b32 %r2, %r2, 1;
                add.u32 %r2, %r2, %r4;
                mov.u32 %r5, %laneid;
                setp.ne.s32 %p1, %r5, 0;
                @%p1 bra END;
                atom.global.add.u32 %r6, [%rd1], 1;
                mul.wide.u32 %rd2, %r6, 4;
                add.s64 %rd3, %rd1, %rd2;
                st.global.u32 [%rd3+4], %r2;
                END: ret;
                """;
        Set<List<Integer>> orders = new HashSet<>();
        for (int seed = 0; seed < 8; seed++) {
            List<Integer> first = order(body, seed);
            assertEquals(first, order(body, seed), "the same seed gives the same order");
            orders.add(first);
        }
        assertTrue(orders.size() >= 7, orders.toString());
    }

    private static List<Integer> order(String body, long seed) {
        Simulator simulator = new Simulator(SimulatorOptions.DEFAULT.withSeed(seed), 1 << 20);
        Kernel kernel =
                simulator.load(VectorRunner.kernel(".param .u64 x", body)).kernel("k");
        long x = simulator.upload("x", new int[11]);
        simulator.launch(kernel, LaunchSize.of(5, 64), x);
        List<Integer> order = new ArrayList<>();
        for (int warp : simulator.ints(x + 4, 10)) {
            order.add(warp);
        }
        return order;
    }

    @Test
    void noiseErrsByTheManualsBoundsInADirectionOfTheSeed() {
        String body =
                """
                ld.param.u64 %rd1, [x];
                ld.global.f32 %f1, [%rd1];
                ex2.approx.f32 %f2, %f1;
                mov.u32 %r1, %tid.x;
                setp.eq.s32 %p1, %r1, 0;
                @%p1 st.global.f32 [%rd1+4], %f2;
                ret;
                """;
        Set<Float> results = new HashSet<>();
        for (int seed = 0; seed < 16; seed++) {
            Simulator simulator =
                    new Simulator(SimulatorOptions.DEFAULT.withSeed(seed).withNoise(true), 1 << 20);
            Kernel kernel =
                    simulator.load(VectorRunner.kernel(".param .u64 x", body)).kernel("k");
            long x = simulator.upload("x", 0.5f, 0f);
            simulator.launch(kernel, LaunchSize.of(1, 32), x);
            results.add(simulator.floats(x + 4, 1)[0]);
        }
        double exact = Math.sqrt(2);
        assertEquals(2, results.size(), "up or down: " + results);
        for (float result : results) {
            double error = Math.abs(result - exact) / exact;
            assertTrue(error > 0x1p-23 && error < 0x1.4p-22, result + " errs by " + error);
        }
    }

    @Test
    void anObserverSeesRegisters() {
        Simulator simulator = new Simulator();
        Kernel scale =
                simulator.load(VectorRunner.kernel(SCALE_PARAMETERS, SCALE)).kernel("k");
        List<Float> products = new ArrayList<>();
        simulator.observe((warp, line, instruction) -> {
            if (instruction.startsWith("st.global")) {
                products.add(warp.floatRegister("%f3", 1));
                assertEquals(3, warp.active());
                assertThrows(IllegalArgumentException.class, () -> warp.register("%f30", 0));
            }
        });
        simulator.launch(scale, LaunchSize.of(1, 32), simulator.upload("x", 1f, 2f), 2f, 2);
        assertEquals(List.of(4f), products);
    }

    /** Columns of a 32 x 32 tile of floats fall into one bank; with a padded row they do not. */
    @Test
    void bankConflictsAreCounted() {
        assertEquals(32, wavefronts("shl.b32 %r2, %r1, 7;", ".u32 %r3,"));
        assertEquals(1, wavefronts("mul.lo.u32 %r2, %r1, 132;", ".u32 %r3,"));
        assertEquals(1, wavefronts("mov.u32 %r2, 0;", ".u32 %r3,"));
        assertEquals(2, wavefronts("shl.b32 %r2, %r1, 3;", ".u32 %r3,"));
        assertEquals(2, wavefronts("shl.b32 %r2, %r1, 3;", ".v2.u32 {%r3, %r4},"));
        assertEquals(4, wavefronts("shl.b32 %r2, %r1, 4;", ".v4.u32 {%r3, %r4, %r5, %r6},"));
        assertEquals(1, wavefronts("mov.u32 %r2, 16;", ".v4.u32 {%r3, %r4, %r5, %r6},"));
    }

    private static long wavefronts(String offset, String target) {
        String body = ".shared .align 16 .b8 tile[8192]; mov.u32 %r1, %tid.x; " + offset
                + " mov.u32 %r7, tile; add.u32 %r7, %r7, %r2; ld.shared" + target + " [%r7]; ret;";
        Simulator simulator = new Simulator();
        Kernel kernel = simulator.load(VectorRunner.kernel("", body)).kernel("k");
        return simulator.launch(kernel, LaunchSize.of(1, 32)).counters().sharedWavefronts();
    }

    @Test
    void sectorsOfStridedAndShiftedAccess() {
        assertEquals(List.of(4L, 4L), sectors("shl.b32 %r2, %r1, 2;"));
        assertEquals(List.of(5L, 4L), sectors("shl.b32 %r2, %r1, 2; add.u32 %r2, %r2, 4;"));
        assertEquals(List.of(32L, 4L), sectors("shl.b32 %r2, %r1, 5;"));
        assertEquals(List.of(1L, 1L), sectors("mov.u32 %r2, 64;"));
        assertEquals(List.of(4L, 4L), sectors("xor.b32 %r2, %r1, 31; shl.b32 %r2, %r2, 2;"));
    }

    private static List<Long> sectors(String offset) {
        String body = "ld.param.u64 %rd1, [x]; mov.u32 %r1, %tid.x; " + offset
                + " cvt.u64.u32 %rd2, %r2; add.u64 %rd3, %rd1, %rd2; ld.global.f32 %f1, [%rd3]; ret;";
        Simulator simulator = new Simulator();
        Kernel kernel =
                simulator.load(VectorRunner.kernel(".param .u64 x", body)).kernel("k");
        Counters counters = simulator
                .launch(kernel, LaunchSize.of(1, 32), simulator.upload("x", new float[512]))
                .counters();
        return List.of(counters.loadSectors(), counters.loadIdealSectors());
    }

    @Test
    void checksCanBeSwitchedOff() {
        String body = "ld.param.u64 %rd1, [x]; st.global.u32 [%rd1], %r1; ret;";
        Simulator simulator = new Simulator(SimulatorOptions.DEFAULT.withChecks(false), 1 << 20);
        Kernel kernel =
                simulator.load(VectorRunner.kernel(".param .u64 x", body)).kernel("k");
        long x = simulator.allocate("x", 4);
        assertEquals(
                List.of(), simulator.launch(kernel, LaunchSize.of(1, 32), x).reports());
        simulator.setOptions(SimulatorOptions.DEFAULT);
        assertThrows(SimulatorFault.class, () -> simulator.launch(kernel, LaunchSize.of(1, 32), x));
        assertNotEquals(0, simulator.ints(x, 1).length);
    }
}
