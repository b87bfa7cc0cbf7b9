package io.github.indirec.bench.selftest;

import io.github.indirec.kernels.CudaBackend;
import io.github.indirec.kernels.driver.KernelResources;
import io.github.indirec.kernels.driver.Multiprocessor;
import io.github.indirec.kernels.driver.PtxCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;

/** The counts, and what ptxas says of each kernel, as Markdown. */
public final class CounterTables {
    /** Registers are given for this architecture; the others differ by a few. */
    private static final Multiprocessor SHOWN = Multiprocessor.SM_80;

    private static final double THOUSAND = 1000.0;

    private CounterTables() {}

    /** Counts, compiles and writes it all down; the same text on every machine. */
    public static String markdown() throws IOException {
        KernelCounts counts = KernelCounts.count();
        Map<Multiprocessor, Map<String, KernelResources>> resources = new HashMap<>();
        PtxCompiler compiler = PtxCompiler.open();
        for (Multiprocessor sm : Multiprocessor.values()) {
            Map<String, KernelResources> all = new HashMap<>();
            for (String family : CudaBackend.families()) {
                all.putAll(compiler.compile(ptx(family), sm.architecture()));
            }
            resources.put(sm, all);
        }
        StringBuilder text = new StringBuilder();
        text.append("# What the CUDA kernels do, counted\n\n");
        text.append("Counted by the simulator while every op runs once (").append(KernelCounts.SCALE);
        text.append("), and said by ptxas of CUDA 12.0. Models, not measurements: no GPU was there. ");
        text.append("Written by `./indirec bench counters`.\n\n");
        text.append("Sectors: 32-byte pieces of global memory touched, over the fewest that could hold what each request");
        text.append(" asked for. Wavefronts: passes through the banks of shared memory a request; one of 16 bytes a lane");
        text.append(" needs up to four. Divergent:");
        text.append(" branches at which a warp parted, for 1,000 of its instructions. Registers on ")
                .append(SHOWN.architecture());
        text.append(". Occupancy: resident warps over the most that fit.\n\n");
        text.append("| kernel | threads | sectors | wavefronts | divergent | registers | shared, bytes | spills | stack");
        for (Multiprocessor sm : Multiprocessor.values()) {
            text.append(" | ").append(sm.architecture());
        }
        text.append(" |\n|---|").append("---|".repeat(8 + Multiprocessor.values().length)).append('\n');
        for (Entry<String, KernelCounts.Count> entry : counts.kernels().entrySet()) {
            kernelRow(text, entry.getKey(), entry.getValue(), resources);
        }
        text.append("\nBytes of the sectors that an op's kernels touch, over the bytes of its operands moved once; what is")
                .append(" above 1 is read again, from a cache if the card has it still.\n\n");
        text.append("| op | launches | moved, KiB | least, KiB | ratio |\n|---|---|---|---|---|\n");
        for (KernelCounts.OpCount op : counts.ops()) {
            line(text, "| %s | %d | %.1f | %.1f | %.2f |", op.op(), op.launches(), op.moved() / 1024.0,
                    op.least() / 1024.0, (double) op.moved() / op.least());
        }
        return text.toString();
    }

    private static void kernelRow(
            StringBuilder text,
            String kernel,
            KernelCounts.Count c,
            Map<Multiprocessor, Map<String, KernelResources>> resources) {
        KernelResources shown = resources.get(SHOWN).get(kernel);
        StringBuilder occupancy = new StringBuilder();
        for (Multiprocessor sm : Multiprocessor.values()) {
            occupancy.append(String.format(
                    Locale.ROOT, " %.0f %% |", 100 * sm.occupancy(resources.get(sm).get(kernel), c.threads)));
        }
        line(
                text,
                "| %s | %d | %.2f | %s | %.1f | %d | %d | %d | %d |%s",
                kernel,
                c.threads,
                c.idealSectors == 0 ? 1.0 : (double) c.sectors / c.idealSectors,
                c.sharedRequests == 0
                        ? "-"
                        : String.format(Locale.ROOT, "%.2f", (double) c.wavefronts / c.sharedRequests),
                THOUSAND * c.divergent / c.instructions,
                shown.registers(),
                shown.sharedBytes(),
                shown.spillStoreBytes() + shown.spillLoadBytes(),
                shown.stackBytes(),
                occupancy);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String ptx(String family) throws IOException {
        String resource = "/io/github/indirec/kernels/" + family + ".ptx";
        try (InputStream in = PtxCompiler.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not on the class path; build the kernels");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
