package io.github.indirec.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec bench catalogue}: what the number of items costs a training step. */
@Command(
        name = "catalogue",
        description = {
            "Measures what of a training step grows with the number of items: cross-entropy of a",
            "batch over the item table, forward and backward, and AdamW on the table, for",
            "generated representations and targets.",
            ""
        },
        footer = {
            "",
            "Kept: what the forward pass keeps for the backward pass, which is bounded; table: item",
            "table, its gradient and AdamW's two moments, which are not.",
            "JSON keys: items, batch, hidden_size, threads, cross_entropy_ms, adamw_ms, kept_mib,",
            "table_mib; an object for each number of items."
        })
final class BenchCatalogue implements Callable<Integer> {
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 7;
    private static final int BATCH = 256;
    private static final int SIZE = 64;
    private static final double MIB = 1 << 20;
    private static final RandomKey KEY = new RandomKey(1, 0, 0);

    private final Output output;

    @Option(
            names = "--items",
            paramLabel = "I",
            split = ",",
            defaultValue = "12101,100000,1000000",
            description = "Numbers of items (default: ${DEFAULT-VALUE}).")
    private List<Integer> items;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Threads"
            + " (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--json", description = "Print the results as JSON, one object a line.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    BenchCatalogue(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws IOException {
        for (int count : items) {
            if (count < 1 || threads < 1) {
                throw new BadInputException("--items " + count + " and --threads " + threads + ", expected at least 1");
            }
        }
        if (!json) {
            output.result(String.format(
                    Locale.ROOT, "%9s  %16s  %8s  %8s  %9s", "items", "cross-entropy ms", "AdamW ms", "kept MiB", "table MiB"));
        }
        for (int count : items) {
            try (Backend backend = Backends.cpu(threads)) {
                report(count, measure(backend, count));
            }
        }
        return 0;
    }

    private record Times(double crossEntropy, double adamW, double kept) {}

    /** The fastest of some rounds: what the machine can do where others do not disturb. */
    private static Times measure(Backend backend, int count) {
        Random random = new Random(1);
        int[] targets = random.ints(BATCH, 0, count).toArray();
        try (Parameters parameters = new Parameters(backend, DType.F32)) {
            Parameter table = parameters.create("table", count, SIZE);
            backend.random().normal(KEY, 0, table.value());
            AdamW adam = new AdamW(parameters, AdamW.Settings.of(1e-3));
            try (adam;
                    Tensor h = backend.allocate(DType.F32, Shape.of(BATCH, SIZE))) {
                backend.random().normal(KEY.withStream(1), 0, h);
                double crossEntropy = Double.MAX_VALUE;
                double step = Double.MAX_VALUE;
                for (int round = -WARM_UP; round < ROUNDS; round++) {
                    long begin = System.nanoTime();
                    try (Tape tape = Tape.recording(backend)) {
                        Variable loss = LossOps.tableCrossEntropy(tape.input(h), tape.leaf(table), targets);
                        tape.backward(loss);
                    }
                    long middle = System.nanoTime();
                    adam.step(1);
                    long end = System.nanoTime();
                    parameters.clearGradients();
                    if (round >= 0) {
                        crossEntropy = Math.min(crossEntropy, (middle - begin) / 1e6);
                        step = Math.min(step, (end - middle) / 1e6);
                    }
                }
                double kept = 4.0 * backend.loss().tableCrossEntropySaved(BATCH, count) / MIB;
                return new Times(crossEntropy, step, kept);
            }
        }
    }

    private void report(int count, Times times) throws IOException {
        double table = 4.0 * 4 * SIZE * count / MIB;
        if (!json) {
            output.result(String.format(
                    Locale.ROOT,
                    "%,9d  %16.1f  %8.1f  %8.1f  %9.1f",
                    count, times.crossEntropy, times.adamW, times.kept, table));
            return;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("items", count);
        object.put("batch", BATCH);
        object.put("hidden_size", SIZE);
        object.put("threads", threads);
        object.put("cross_entropy_ms", times.crossEntropy);
        object.put("adamw_ms", times.adamW);
        object.put("kept_mib", times.kept);
        object.put("table_mib", table);
        output.result(JSON.std.asString(object));
    }
}
