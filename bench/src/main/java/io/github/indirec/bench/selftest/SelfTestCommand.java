package io.github.indirec.bench.selftest;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.cli.Provenance;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.cpu.VectorUnit;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec selftest}: is this device right, and how fast is it beside what a data sheet promises? */
@Command(
        name = "selftest",
        description = {
            "Runs every op on a device, compares the results with the scalar CPU kernels, and, on a",
            "device that has time of its own, measures it.",
            ""
        },
        footer = {
            "",
            "Error: largest difference over the largest value of a result. Least: operands moved once,",
            "operations done once, at the rates of the data sheet of the card in the heading: a model,",
            "not a measurement. The simulator (sim) has no times; it also fails on any report of a race,",
            "an uninitialised read or an access out of bounds.",
            "Exit codes: 0 all passed, 1 something failed."
        })
public final class SelfTestCommand implements Callable<Integer> {
    /** The card of the column that predicts; the others are in the JSON. */
    private static final Card SHOWN = Card.ALL.get(0);

    private final PrintStream out;
    private final PrintStream err;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cuda",
            description = "cuda, sim or cpu (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--full",
            description = "On sim, the sizes of the model (some minutes) in place of small ones; others always have them.")
    private boolean full;

    @Option(names = "--predict", description = "Run nothing: only the least times by the data sheets of some cards.")
    private boolean predict;

    @Option(names = "--only", paramLabel = "TEXT", description = "Only ops whose name contains this.")
    private String only;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write everything to this file, to attach to an issue.")
    private Path json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /**
     * @param out results
     * @param err messages
     */
    public SelfTestCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException {
        if (predict) {
            predictions();
            return 0;
        }
        Device chosen = Device.parse(device);
        boolean simulated = chosen.kind().equals("sim");
        Scale scale = simulated && !full ? Scale.SMALL : Scale.MODEL;
        List<OpCase> cases = chosen(scale);
        try (Backend backend = Backends.open(chosen, Runtime.getRuntime().availableProcessors());
                Backend specification = VectorUnit.scalar()) {
            line("device  %s", backend.description());
            line("%-44s %9s %12s %12s %12s", "op", "error", "least KiB", SHOWN.name() + " least us", "us");
            List<OpResult> results = new SelfTest(backend, specification, !simulated).run(cases, this::print);
            long failed = results.stream().filter(result -> !result.passed()).count();
            line("%d ops, %d passed, %d failed", results.size(), results.size() - failed, failed);
            if (json != null) {
                write(backend, scale, results);
            }
            return failed == 0 ? 0 : 1;
        }
    }

    private List<OpCase> chosen(Scale scale) {
        return SelfTest.cases(scale).stream()
                .filter(op -> only == null || op.name().contains(only))
                .toList();
    }

    /** What no kernel can beat: a model, to be proved wrong by whoever has a card. */
    private void predictions() {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-44s", "least us (a model)"));
        Card.ALL.forEach(card -> head.append(String.format(Locale.ROOT, " %9s", card.name())));
        line("%s", head);
        try (Backend backend = Backends.cpu(1)) {
            for (OpCase op : chosen(Scale.MODEL)) {
                try (Operands operands = new Operands(backend)) {
                    op.body().prepare(operands);
                    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-44s", op.name()));
                    Card.ALL.forEach(card -> row.append(String.format(
                            Locale.ROOT, " %9.2f", card.leastMicros(operands.bytes(), op.flops()))));
                    line("%s", row);
                }
            }
        }
    }

    private void print(OpResult result) {
        line(
                "%-44s %9s %,12.1f %12.1f %12s",
                result.op().name(),
                result.passed() ? String.format(Locale.ROOT, "%.1e", result.error()) : "FAILED",
                result.bytes() / 1024.0,
                SHOWN.leastMicros(result.bytes(), result.op().flops()),
                Double.isNaN(result.micros()) ? "-" : String.format(Locale.ROOT, "%,.1f", result.micros()));
        if (!result.passed()) {
            err.println(result.op().name() + ": " + result.failure());
        }
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private void write(Backend backend, Scale scale, List<OpResult> results) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("device", backend.description());
        report.put("machine", Provenance.machine());
        report.put("scale", scale.toString());
        report.put("ops", results.stream().map(OpResult::asJson).toList());
        AtomicFiles.write(json, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + "\n");
    }
}
