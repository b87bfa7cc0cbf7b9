package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels that the simulator was not written for: foreign/clean.cu is in order and gives what Java gives, each kernel
 * of foreign/faulty.cu is reported for its fault.
 */
class ForeignKernelsTest {
    /** What the functions of CUDA's programming guide may err, and the rounding of float32: 16 ulp at most. */
    private static final double FUNCTIONS = 2e-6;

    private static final Map<String, ReportKind> FAULTS = faults();

    private static final Random RANDOM = new Random(5);
    private static final int[] X = RANDOM.ints(256, 0, 100).toArray();

    private final Simulator simulator = new Simulator();
    private final PtxProgram clean = simulator.load(resource("clean.ptx"));

    private static String resource(String name) {
        try (InputStream in = ForeignKernelsTest.class.getResourceAsStream("/foreign/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, ReportKind> faults() {
        Map<String, ReportKind> faults = new TreeMap<>();
        for (String kernel : new String[] {
            "missingBarrier", "writeAfterRead", "warpWithoutSyncwarp", "sameInstruction", "doubleBufferOneBarrierShort",
            "histogramBetweenBlocks", "bytesOfOneWord", "atomicAndPlain", "syncwarpOfTooFewLanes", "staleReadOnly"
        }) {
            faults.put(kernel, ReportKind.RACE);
        }
        for (String kernel : new String[] {
            "onePastTheEnd", "oneBefore", "pastSharedArray", "nullPointer", "dynamicSharedNotGiven"
        }) {
            faults.put(kernel, ReportKind.ILLEGAL_ADDRESS);
        }
        for (String kernel : new String[] {"misalignedPair", "misalignedQuad", "sharedAlignedForWordsAlone"}) {
            faults.put(kernel, ReportKind.MISALIGNED_ADDRESS);
        }
        for (String kernel : new String[] {
            "divergentBarrierWithinWarp", "divergentBarrierBetweenWarps", "barrierInLoopOfDifferentLengths",
            "barrierInBothBranches"
        }) {
            faults.put(kernel, ReportKind.BARRIER_DIVERGENCE);
        }
        for (String kernel : new String[] {"shuffleFromLaneThatLeft", "shuffleInBranch", "syncwarpWithAbsentLanes"}) {
            faults.put(kernel, ReportKind.INACTIVE_LANE);
        }
        faults.put("uninitialisedShared", ReportKind.UNINITIALISED);
        faults.put("uninitialisedLocal", ReportKind.UNINITIALISED);
        faults.put("forEver", ReportKind.TIMEOUT);
        faults.put("trapped", ReportKind.TRAP);
        return faults;
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        PtxProgram faulty = simulator.load(resource("faulty.ptx"));
        assertEquals(Set.copyOf(faulty.kernels()), FAULTS.keySet());
        return FAULTS.entrySet().stream().map(fault -> DynamicTest.dynamicTest(fault.getKey(), () -> {
            for (long seed = 0; seed < 4; seed++) {
                simulator.setOptions(SimulatorOptions.DEFAULT
                        .withThrowing(false)
                        .withSeed(seed)
                        .withInstructionLimit(20000));
                float[] ones = new float[fault.getKey().equals("onePastTheEnd") ? 127 : 128];
                Arrays.fill(ones, 1);
                int blocks = fault.getKey().endsWith("Blocks") ? 2 : 1;
                int threads = fault.getKey().startsWith("warp") ? 32 : 128;
                LaunchResult result = simulator.launch(
                        faulty.kernel(fault.getKey()),
                        LaunchSize.of(blocks, threads),
                        simulator.upload("x", ones),
                        ones.length);
                Set<ReportKind> kinds = result.reports().stream().map(Report::kind).collect(Collectors.toSet());
                assertTrue(kinds.contains(fault.getValue()), "seed " + seed + ": " + result.reports());
            }
        }));
    }

    @Test
    void memoryThatWasFreedIsNamed() {
        simulator.setOptions(SimulatorOptions.DEFAULT.withThrowing(false));
        long x = simulator.upload("weights", X);
        simulator.free(x);
        LaunchResult result = simulator.launch(clean.kernel("switches"), LaunchSize.of(1, 32), x, out(128));
        assertEquals(ReportKind.ILLEGAL_ADDRESS, result.reports().get(0).kind());
        assertTrue(result.reports().get(0).sentence().contains("freed memory weights"), result.reports().toString());
    }

    private long out(int words) {
        return simulator.allocate("out", 4L * words);
    }

    private long x() {
        return simulator.upload("x", X);
    }

    /** Launches a clean kernel; any report is thrown. */
    private void run(String kernel, LaunchSize size, Object... arguments) {
        simulator.launch(clean.kernel(kernel), size, arguments);
    }

    private void assertInts(long address, int count, IntUnaryOperator expected) {
        assertArrayEquals(IntStream.range(0, count).map(expected).toArray(), simulator.ints(address, count));
    }

    private static int sum(int from, int to) {
        return Arrays.stream(X, from, to).sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void barriers(long seed) {
        simulator.setOptions(SimulatorOptions.DEFAULT.withSeed(seed));
        long out = out(256);
        run("warpsLeave", LaunchSize.of(1, 128), x(), 50, out);
        assertInts(out, 1, i -> sum(0, 50));
        run("lanesLeave", LaunchSize.of(1, 128), x(), 50, out);
        assertInts(out, 128, i -> i < 50 ? X[49 - i] : -1);
        run("warpsLeaveALoop", LaunchSize.of(1, 128), x(), out);
        assertInts(out, 128, i -> (i / 32 + 1) * X[i ^ 1] + i / 32 * (i / 32 + 1) / 2);
        int[] v = Arrays.copyOf(X, 96);
        for (int round = 0; round < 5; round++) {
            int[] old = v.clone();
            Arrays.setAll(v, i -> old[i] + old[(i + 1) % 96]);
        }
        run("doubleBuffer", LaunchSize.of(1, 96), x(), 5, out);
        assertInts(out, 96, i -> v[i]);
        run("doubleBuffer", LaunchSize.of(1, 96), x(), 0, out);
        assertInts(out, 96, i -> X[i]);
        run("dynamicShared", LaunchSize.of(1, 77).withShared(4 * 77), x(), out);
        assertInts(out, 77, i -> X[76 - i]);
        long matrix = out(17 * 33);
        run("transposed", new LaunchSize(2, 3, 1, 16, 16, 1), simulator.upload("x", floats(17 * 33)), matrix, 17, 33);
        float[] turned = simulator.floats(matrix, 17 * 33);
        for (int i = 0; i < turned.length; i++) {
            assertEquals(i % 33 * 17 + i / 33, turned[i]);
        }
    }

    private static float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void warps(long seed) {
        simulator.setOptions(SimulatorOptions.DEFAULT.withSeed(seed));
        long out = out(256);
        run("treeAndShuffles", LaunchSize.of(2, 128), x(), 200, out);
        assertInts(out, 2, i -> i == 0 ? sum(0, 128) : sum(128, 200));
        run("treeOfSyncwarps", LaunchSize.of(1, 64), x(), out);
        assertInts(out, 1, i -> sum(0, 64));
        for (int threads : new int[] {33, 65, 96}) {
            run("lastPartialWarp", LaunchSize.of(1, threads), x(), threads - 1, out);
            assertInts(out, (threads - 2) / 32 + 1, i -> sum(32 * i, Math.min(32 * i + 32, threads - 1)));
        }
        run("halvesOfAWarp", LaunchSize.of(1, 64), x(), out);
        assertInts(out, 64, i -> {
            int from = i / 16 * 16;
            return i % 32 < 16 ? sum(from, from + 16) : Arrays.stream(X, from, from + 16).max().getAsInt();
        });
        run("scanOfABlock", LaunchSize.of(1, 256), x(), out);
        assertInts(out, 256, i -> sum(0, i + 1));
        int[] few = Arrays.stream(X).map(value -> value % 3).toArray();
        run("leaders", LaunchSize.of(1, 32), simulator.upload("few", few), out);
        assertInts(out, 32, i -> (int) Arrays.stream(few, 0, i).filter(value -> value == few[i]).count()
                + 100 * (int) Arrays.stream(few, 0, 32).filter(value -> value == few[i]).count());
        run("votes", LaunchSize.of(1, 96), x(), out);
        boolean seven = Arrays.stream(X, 0, 96).anyMatch(value -> value == 7);
        assertInts(out, 96, i -> (Arrays.stream(X, i & ~31, (i & ~31) + 32).anyMatch(value -> value > 90) ? 1 : 0) + 4
                + 8 * (int) Arrays.stream(X, 0, 96).filter(value -> value > 50).count() + (seven ? 4096 : 0) + 8192);
    }

    @Test
    void atomics() {
        long histogram = simulator.upload("histogram", new int[16]);
        long extremes = simulator.upload("extremes", 0, 1000);
        long total = simulator.upload("total", 0, 0);
        long bits = simulator.upload("bits", 0, 0);
        run("atomics", LaunchSize.of(3, 40), x(), 256, histogram, extremes, total, bits);
        assertInts(histogram, 16, i -> (int) Arrays.stream(X).filter(value -> (value & 15) == i).count());
        assertInts(extremes, 2, i -> i == 0 ? Arrays.stream(X).max().getAsInt() : Arrays.stream(X).min().getAsInt());
        assertEquals((long) sum(0, 256) << 30, simulator.download(total, 8).getLong(0));
        assertInts(bits, 1, i -> Arrays.stream(X).reduce(0, (a, b) -> a | 1 << (b & 31)));
        assertEquals(Arrays.stream(X).reduce(0, (a, b) -> a ^ b), simulator.ints(bits + 4, 1)[0]);
        run("compareAndSwap", LaunchSize.of(2, 40), total, 0);
        double added = Double.longBitsToDouble((long) sum(0, 256) << 30) + 80;
        assertEquals(added, simulator.download(total, 8).getDouble(0));
    }

    @Test
    void memory() {
        long out = out(1024);
        run("variables", LaunchSize.of(8, 32), x(), out, 250);
        float[] got = simulator.floats(out, 250);
        for (int i = 0; i < 250; i++) {
            int y = new int[] {2, 4, 0}[X[i] % 3];
            assertEquals((float) (1 << (X[i] & 7)) + y * (0.5f / (1 << (i & 3))), got[i]);
        }
        float[] quads = floats(4 * 100);
        run("quads", LaunchSize.of(2, 64), simulator.upload("quads", quads), out, 100);
        got = simulator.floats(out, 400);
        for (int i = 0; i < 400; i++) {
            assertEquals((i / 4 & 16) != 0 ? i / 4 * 4 + 3 - i % 4 : i, got[i]);
        }
        run("ownWordsAlone", LaunchSize.of(1, 64), out, out + 1024);
        assertInts(out + 1024, 64, i -> i + 1);
        run("threeDimensions", new LaunchSize(2, 3, 2, 4, 2, 3), out);
        assertInts(out, 8 * 6 * 6, i -> i % 8 + 100 * (i / 8 % 6) + 10000 * (i / 48));
        records();
    }

    /** A structure of 40 bytes: int at 0, short at 4, char at 6, double at 8, three floats from 16 on. */
    private void records() {
        ByteBuffer x = ByteBuffer.allocate(32 * 5).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer p = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 5; i++) {
            record(x, 32 * i, 10 * i, -i, 3 * i, 0.5 * i, i);
        }
        record(p, 0, 7, 2, 5, 3, 100);
        long out = out(40);
        run("records", LaunchSize.of(1, 32), simulator.upload("records", x), out, p.array(), 5);
        ByteBuffer y = simulator.download(out, 32 * 5);
        for (int i = 0; i < 5; i++) {
            assertEquals(10 * i + 7, y.getInt(32 * i));
            assertEquals(-i - 2, y.getShort(32 * i + 4));
            assertEquals(3 * i ^ 5, y.get(32 * i + 6));
            assertEquals(1.5 * i, y.getDouble(32 * i + 8));
            assertEquals(i + 1 + 100 + (i + 5) % 3, y.getFloat(32 * i + 20));
        }
    }

    private static void record(ByteBuffer to, int at, int a, int b, int c, double d, float e) {
        to.putInt(at, a).putShort(at + 4, (short) b).put(at + 6, (byte) c).putDouble(at + 8, d);
        to.putFloat(at + 16, e).putFloat(at + 20, e + 1).putFloat(at + 24, e + 2);
    }

    @Test
    void branches() {
        long out = out(256);
        int[] x = IntStream.range(0, 64).map(i -> i * 7 % 11).toArray();
        run("switches", LaunchSize.of(1, 32), simulator.upload("x", x), out);
        assertInts(out, 32, i -> new int[] {
            3 * i, i + 7, x[i + 1] ^ 5, i << 2, -i, i * i, x[i + 2] / 3, i % 5, -1, -1, -1
        }[x[i]]);
        int[] numbers = IntStream.range(1, 101).toArray();
        run("collatz", LaunchSize.of(2, 24), simulator.upload("numbers", numbers), out, 100);
        assertInts(
                out,
                100,
                i -> (int) IntStream.iterate(i + 1, v -> v != 1, v -> v % 2 == 1 ? 3 * v + 1 : v / 2)
                        .count());
        run("localArray", LaunchSize.of(1, 40), x(), out, 20);
        assertInts(out, 40, t -> {
            int[] h = new int[8];
            for (int k = 0; k < 20; k++) {
                h[X[k] & 7] += k + t;
            }
            int s = 0;
            for (int k = 0; k < 8; k++) {
                s = s * 3 + h[k + t & 7];
            }
            return s;
        });
    }

    @Test
    void integers() {
        int[] pairs = new Random(6).ints(128).map(i -> i == 0 ? 1 : i).toArray();
        pairs[1] = 3;
        pairs[3] = -1;
        long out = out(64 * 16);
        run("ints", LaunchSize.of(1, 64), simulator.upload("pairs", pairs), out);
        assertInts(out, 64 * 16, k -> ForeignResults.ints(pairs[k / 16 * 2], pairs[k / 16 * 2 + 1])[k % 16]);
        long[] wide = new Random(7).longs(64).toArray();
        wide[1] = 5;
        wide[3] = -7;
        ByteBuffer bytes = ByteBuffer.allocate(8 * 64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(wide);
        long results = out(2 * 12 * 32);
        run("longs", LaunchSize.of(1, 32), simulator.upload("wide", bytes), results);
        ByteBuffer got = simulator.download(results, 8 * 12 * 32);
        for (int k = 0; k < 12 * 32; k++) {
            long expected = ForeignResults.longs(wide[k / 12 * 2], wide[k / 12 * 2 + 1])[k % 12];
            assertEquals(expected, got.getLong(8 * k), "longs " + k);
        }
        byte[] all = new byte[256];
        RANDOM.nextBytes(all);
        long memory = simulator.upload("bytes", ByteBuffer.wrap(all));
        run("narrow", LaunchSize.of(1, 64), memory, memory + 64, memory + 128, out, out + 64);
        ByteBuffer narrow = simulator.download(out, 64 + 128);
        for (int i = 0; i < 64; i++) {
            int s = all[i] * (all[64 + i] & 0xff) - (short) (all[128 + 2 * i] & 0xff | all[129 + 2 * i] << 8);
            assertEquals((byte) s, narrow.get(i));
            assertEquals((short) (s >> 3), narrow.getShort(64 + 2 * i));
        }
    }

    @Test
    void realNumbers() {
        double[] values = new Random(8).doubles(64, -9, 9).toArray();
        ByteBuffer bytes = ByteBuffer.allocate(8 * 64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        long out = out(2 * 8 * 32);
        run("doubles", LaunchSize.of(1, 32), simulator.upload("values", bytes), out);
        ByteBuffer got = simulator.download(out, 8 * 8 * 32);
        for (int k = 0; k < 8 * 32; k++) {
            double a = values[k / 8 * 2];
            double b = values[k / 8 * 2 + 1];
            double[] expected = {
                a / b, Math.sqrt(Math.abs(a)), Math.fma(a, b, 1), Math.floor(a), Math.rint(a), (float) a, (long) a,
                Math.max(a, b)
            };
            assertEquals(expected[k % 8], got.getDouble(8 * k), "doubles " + k);
        }
        float[] x = new float[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) values[i];
        }
        long functions = out(20 * 32);
        run("functions", LaunchSize.of(1, 32), simulator.upload("x", x), functions);
        float[] results = simulator.floats(functions, 20 * 32);
        for (int k = 0; k < results.length; k++) {
            Double expected = ForeignResults.function(k % 20, x[k / 20 * 2], x[k / 20 * 2 + 1]);
            if (expected != null) {
                double error = Math.abs(results[k] - expected);
                String what = "function " + k % 20 + " of " + x[k / 20 * 2] + ": " + results[k] + " for " + expected;
                assertTrue(error <= FUNCTIONS * Math.max(1, Math.abs(expected)), what);
            }
        }
    }
}
