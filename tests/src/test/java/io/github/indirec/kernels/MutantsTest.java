package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.MutantOps.Op;
import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.sim.Report;
import io.github.indirec.kernels.sim.ReportKind;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Faults put into the PTX of shipped kernels, launched as ever: the simulator must find each, for the reason expected, and
 * nothing in the kernel as it is.
 *
 * <table>
 * <caption>Mutants</caption>
 * <tr><th>Mutant</th><th>Found as</th></tr>
 * <tr><td>any barrier of a block or of a warp taken out, one at a time, of every kernel that has one</td><td>race</td></tr>
 * <tr><td>guard of the last block's threads left out</td><td>illegal address</td></tr>
 * <tr><td>store, or load, one element further</td><td>illegal address</td></tr>
 * <tr><td>shared store one word further, within bounds</td><td>race</td></tr>
 * <tr><td>shared load one word further, within bounds</td><td>values</td></tr>
 * <tr><td>row mask of a product left out; clusters beyond the last not masked</td><td>illegal address</td></tr>
 * <tr><td>causal mask left out</td><td>values</td></tr>
 * <tr><td>row stride mistaken for the width, or too great</td><td>values; illegal address</td></tr>
 * <tr><td>one share of a block's sum not stored</td><td>uninitialised (shared memory)</td></tr>
 * <tr><td>accumulator not cleared</td><td>uninitialised (register)</td></tr>
 * <tr><td>partial sums never written</td><td>uninitialised (global memory)</td></tr>
 * <tr><td>shuffle by half of the warp that it names</td><td>inactive lane</td></tr>
 * <tr><td>shuffle that names half of the warp that does it</td><td>inactive lane</td></tr>
 * <tr><td>lanes that end before a shuffle reads them</td><td>inactive lane</td></tr>
 * <tr><td>barrier by half of a warp; by one warp of many</td><td>barrier divergence; race</td></tr>
 * <tr><td>all blocks take the place of the first</td><td>race</td></tr>
 * <tr><td>all warps take the segment of the first</td><td>race</td></tr>
 * <tr><td>vector loads where rows are not aligned</td><td>misaligned address</td></tr>
 * <tr><td>null for an argument</td><td>illegal address</td></tr>
 * <tr><td>read-only load of what the kernel writes</td><td>race</td></tr>
 * </table>
 */
class MutantsTest extends DeviceTest {
    private static final String BARRIER = "\\b(bar|barrier(\\.cta)?)\\.(warp\\.)?(sync|red)\\b";

    private static final Pattern ADDRESS = Pattern.compile("\\[(%\\w+)(?:\\+(\\d+))?\\]");

    /** Where no report exists, the values must tell: so much more than the tolerance of the kernel. */
    private static final double DIFFERENT = 1e-3;

    /**
     * A fault.
     *
     * @param place pattern of the lines of the kernel that are edited
     * @param everywhere whether all of them are, or the first alone
     * @param expected null where the values alone can tell
     */
    private record Mutant(
            String name,
            Op op,
            String kernel,
            String place,
            boolean everywhere,
            UnaryOperator<String> edit,
            ReportKind expected) {
        Mutant(String name, Op op, String kernel, String place, UnaryOperator<String> edit, ReportKind expected) {
            this(name, op, kernel, place, false, edit, expected);
        }

        /** The text with the fault. */
        String of(String ptx) {
            List<Integer> places = PtxEdit.places(ptx, kernel, place);
            String edited = ptx;
            for (int at : everywhere ? places : places.subList(0, 1)) {
                edited = PtxEdit.change(edited, at, edit);
            }
            return edited;
        }
    }

    /** What came of a run. */
    private record Outcome(List<float[]> values, List<Report> reports) {
        Set<ReportKind> kinds() {
            return reports.stream().map(Report::kind).collect(Collectors.toSet());
        }
    }

    private static String shipped(Op op) {
        return PtxEdit.only(new String(CudaDevice.shipped(op.family()), StandardCharsets.UTF_8), op.kernels());
    }

    /** Runs an op from this PTX to its end, or to a fault that ends it. */
    private Outcome run(Op op, String ptx, long seed) {
        List<float[]> values = new ArrayList<>();
        List<Report> reports = new ArrayList<>();
        SimulatorOptions options =
                SimulatorOptions.DEFAULT.withSeed(seed).withCounting(false).withThrowing(false);
        try {
            withDevice(options, family -> ptx.getBytes(StandardCharsets.UTF_8), device -> {
                SimulatedDriver driver = (SimulatedDriver) device.driver();
                driver.record(true);
                try {
                    op.onDevice(device, on(device, 0)).forEach(result -> values.add(result.toFloats()));
                } finally {
                    driver.results().forEach(result -> reports.addAll(result.reports()));
                }
            });
        } catch (DeviceException | ArithmeticException fault) {
            assertFalse(reports.isEmpty(), fault.toString());
        }
        return new Outcome(values, reports);
    }

    private static List<float[]> expected(Op op) {
        try (Backend cpu = Backends.cpu(1)) {
            return op.onCpu(cpu, onHost()).stream().map(Tensor::toFloats).toList();
        }
    }

    /** Greatest difference, relative to values above 1. */
    private static double error(List<float[]> expected, List<float[]> actual) {
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                double wanted = expected.get(i)[j];
                double error = Math.abs(wanted - actual.get(i)[j]) / Math.max(1, Math.abs(wanted));
                worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
            }
        }
        return worst;
    }

    private void assertClean(Op op, String ptx) {
        Outcome outcome = run(op, ptx, 1);
        assertEquals(List.of(), outcome.reports(), op + " as it is");
        double error = error(expected(op), outcome.values());
        assertTrue(error <= op.tolerance(), op + " as it is: error " + error);
    }

    @TestFactory
    Stream<DynamicTest> everyBarrierIsNeeded() {
        return MutantOps.all().stream().map(op -> DynamicTest.dynamicTest(op.name(), () -> {
            String ptx = shipped(op);
            assertClean(op, ptx);
            for (String kernel : PtxEdit.kernels(ptx)) {
                for (int place : PtxEdit.places(ptx, kernel, BARRIER)) {
                    Outcome outcome = run(op, PtxEdit.change(ptx, place, line -> ""), 1);
                    assertTrue(
                            outcome.kinds().contains(ReportKind.RACE),
                            kernel + " without the barrier of line " + (place + 1) + ": " + outcome.reports());
                }
            }
        }));
    }

    @Test
    void everyKernelWithABarrierIsTried() {
        Set<String> untried = new TreeSet<>();
        for (String family : CudaBackend.families()) {
            String ptx = new String(CudaDevice.shipped(family), StandardCharsets.UTF_8);
            PtxEdit.kernels(ptx).stream()
                    .filter(kernel -> !PtxEdit.places(ptx, kernel, BARRIER).isEmpty())
                    .filter(kernel -> MutantOps.all().stream()
                            .noneMatch(op -> op.family().equals(family) && kernel.matches(op.kernels())))
                    .forEach(untried::add);
        }
        assertEquals(Set.of(), untried);
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return mutants().map(mutant -> DynamicTest.dynamicTest(mutant.name, () -> {
            String ptx = shipped(mutant.op);
            assertClean(mutant.op, ptx);
            String mutated = mutant.of(ptx);
            assertFalse(mutated.equals(ptx), "nothing was edited");
            Outcome outcome = run(mutant.op, mutated, 1);
            if (mutant.expected != null) {
                assertTrue(outcome.kinds().contains(mutant.expected), "reports: " + outcome.reports());
            } else {
                assertEquals(List.of(), outcome.reports(), "these accesses are all in order");
                assertTrue(error(expected(mutant.op), outcome.values()) > DIFFERENT, "the values are right");
            }
        }));
    }

    private static Stream<Mutant> mutants() {
        return Stream.of(
                        guards(), indices(), strides(), uninitialised(), lanes(), barriers(), owners(), memory())
                .flatMap(List::stream);
    }

    private static List<Mutant> guards() {
        Op product = MutantOps.gemm(17, 34, 35, 0);
        Op attention = MutantOps.attention(8, true, 0, 34);
        return List.of(
                new Mutant("guard of the last block's threads left out", MutantOps.gemmInParts(), "gemm_add",
                        "@%p\\d+ bra", line -> "", ReportKind.ILLEGAL_ADDRESS),
                new Mutant("row mask of a product left out", product, "gemm_nn", parameter("gemm_nn", 0), constant(64),
                        ReportKind.ILLEGAL_ADDRESS),
                new Mutant("clusters beyond the last not masked", MutantOps.assign(), "assignClusters",
                        parameter("assignClusters", 3), constant(128), ReportKind.ILLEGAL_ADDRESS),
                new Mutant("causal mask left out", attention, "attention_forward_8",
                        parameter("attention_forward_8", 6), constant(0), null));
    }

    private static List<Mutant> indices() {
        Op norm = MutantOps.layerNorm(20, 33);
        return List.of(
                new Mutant("store one element further", MutantOps.gemmInParts(), "gemm_add", "st\\.global\\.f32",
                        further(4), ReportKind.ILLEGAL_ADDRESS),
                new Mutant("load one element further", MutantOps.copyColumns(), "copyColumns", "ld\\.global(\\.nc)?\\.f32",
                        further(1500), ReportKind.ILLEGAL_ADDRESS),
                new Mutant("shared store one word further", norm, "layerNormBackward64", "st\\.shared\\.f32", further(4),
                        ReportKind.RACE),
                new Mutant("shared load one word further", norm, "layerNormBackward64", "ld\\.shared\\.f32", further(4),
                        null));
    }

    private static List<Mutant> strides() {
        return List.of(
                new Mutant("row stride mistaken for the width", MutantOps.copyColumns(), "copyColumns",
                        parameter("copyColumns", 1), line -> line.replace("param_1", "param_2"), null),
                new Mutant("row stride too great", MutantOps.copyColumns(), "copyColumns",
                        parameter("copyColumns", 1), constant(12), ReportKind.ILLEGAL_ADDRESS));
    }

    private static List<Mutant> uninitialised() {
        return List.of(
                new Mutant("share of a block's sum not stored", MutantOps.sum(), "sum", "st\\.shared\\.f32", line -> "",
                        ReportKind.UNINITIALISED),
                new Mutant("accumulator not cleared", MutantOps.gemm(9, 34, 35, 0), "gemm_few_nn",
                        "mov\\.f32\\s+%f\\d+, 0f00000000;", line -> "", ReportKind.UNINITIALISED),
                new Mutant("partial sums never written", MutantOps.gemmInParts(), "gemm_few_nn",
                        "st\\.global\\.(v4\\.)?f32", true, line -> "", ReportKind.UNINITIALISED));
    }

    private static List<Mutant> lanes() {
        return List.of(
                new Mutant("shuffle by half of the warp", MutantOps.sum(), "sum", "shfl\\.sync",
                        only("%laneid", 16), ReportKind.INACTIVE_LANE),
                new Mutant("shuffle that names half of the warp", MutantOps.sum(), "sum", "shfl\\.sync",
                        line -> line.replaceAll("%r\\d+;", "65535;"), ReportKind.INACTIVE_LANE),
                new Mutant("lanes that end before a shuffle reads them", MutantOps.sum(), "sum", "shfl\\.sync",
                        line -> only("%laneid", 16).apply("ret;") + line, ReportKind.INACTIVE_LANE));
    }

    private static List<Mutant> barriers() {
        return List.of(
                new Mutant("barrier by half of a warp", MutantOps.sum(), "sum", BARRIER, only("%laneid", 16),
                        ReportKind.BARRIER_DIVERGENCE),
                new Mutant("barrier by one warp of many", MutantOps.layerNorm(20, 33), "layerNormBackward64", BARRIER,
                        only("%tid.x", 32),
                        ReportKind.RACE));
    }

    private static List<Mutant> owners() {
        return List.of(
                new Mutant("all blocks take the place of the first", MutantOps.gemmInParts(), "gemm_add", "%ctaid\\.x",
                        true, line -> line.replace("%ctaid.x", "0"), ReportKind.RACE),
                new Mutant("all warps take the segment of the first", MutantOps.scatter(), "scatterAddRows", "%tid\\.x",
                        line -> line.replace("%tid.x", "%laneid"), ReportKind.RACE));
    }

    private static List<Mutant> memory() {
        return List.of(
                new Mutant("vector loads where rows are not aligned", MutantOps.gemm(17, 34, 35, 0), "gemm_nn",
                        parameter("gemm_nn", 5), constant(7), ReportKind.MISALIGNED_ADDRESS),
                new Mutant("null for an argument", MutantOps.gemmInParts(), "gemm_add", parameter("gemm_add", 2),
                        line -> line.replaceAll("ld\\.param\\.u64\\s+(%rd\\d+),.*", "mov.u64 $1, 0;"),
                        ReportKind.ILLEGAL_ADDRESS),
                new Mutant("read-only load of what the kernel writes", MutantOps.ranks(), "rankTargets",
                        "ld\\.global\\.f32", true, line -> line.replace("ld.global.f32", "ld.global.nc.f32"),
                        ReportKind.RACE));
    }

    /** Pattern of the line that loads a parameter. */
    private static String parameter(String kernel, int number) {
        return "ld\\.param\\..*\\[" + kernel + "_param_" + number + "\\]";
    }

    /** Instead of a 32-bit parameter, a number. */
    private static UnaryOperator<String> constant(int value) {
        return line -> line.replaceAll("ld\\.param\\.u32\\s+(%r\\d+),.*", "mov.u32 $1, " + value + ";");
    }

    /** The address of an access, so many bytes further. */
    private static UnaryOperator<String> further(int bytes) {
        return line -> ADDRESS.matcher(line)
                .replaceAll(m -> "[" + m.group(1) + "+" + (bytes + (m.group(2) == null ? 0 : Integer.parseInt(m.group(2))))
                        + "]");
    }

    /** The instruction for threads alone whose special register is below a bound. */
    private static UnaryOperator<String> only(String register, int below) {
        return line -> "{ .reg .pred planted; .reg .b32 number; mov.u32 number, " + register
                + "; setp.lt.u32 planted, number, " + below + "; @planted " + line.trim() + " }";
    }
}
