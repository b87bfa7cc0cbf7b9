package io.github.indirec.bench;

import io.github.indirec.kernels.KMeansLadder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec bench ladder}: how a kernel is made fast, step by step, counted by the simulator. */
@Command(
        name = "ladder",
        description = {
            "Runs the assignment step of k-means by four CUDA kernels, each with one idea more,",
            "in the simulator, and counts what they move. The kernels are in",
            "kernels/src/main/cuda: ladder_kmeans_1_naive.cu and so on.",
            ""
        })
final class BenchLadder implements Callable<Integer> {
    /** A minute of simulation. */
    private static final long MOST_PRODUCTS = 1L << 25;

    private final Output output;

    @Option(names = "--points", paramLabel = "N", defaultValue = "256", description = "Points"
            + " (default: ${DEFAULT-VALUE}).")
    private int points;

    @Option(names = "--clusters", paramLabel = "K", defaultValue = "128", description = "Centroids"
            + " (default: ${DEFAULT-VALUE}).")
    private int clusters;

    @Option(names = "--hidden-size", paramLabel = "D", defaultValue = "64", description = "Columns"
            + " (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    BenchLadder(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        if (points < 1 || clusters < 1 || width < 1) {
            throw new BadInputException("--points " + points + ", --clusters " + clusters + " and --hidden-size "
                    + width + ", expected at least 1");
        }
        if ((double) points * clusters * width > MOST_PRODUCTS) {
            throw new BadInputException("--points " + points + " x --clusters " + clusters + " x --hidden-size " + width
                    + " is more than the simulator does in a minute, " + MOST_PRODUCTS);
        }
        output.result(KMeansLadder.table(KMeansLadder.climb(points, clusters, width)));
        return 0;
    }
}
