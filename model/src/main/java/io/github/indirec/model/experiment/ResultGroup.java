package io.github.indirec.model.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The runs of one model with one set of settings on one data set: equal but for the seed.
 *
 * @param label what the table calls them
 * @param runs by seed
 */
public record ResultGroup(String label, List<RunResult> runs) {
    public ResultGroup {
        runs = runs.stream().sorted(Comparator.comparingLong(RunResult::seed)).toList();
    }

    public List<Long> seeds() {
        return runs.stream().map(RunResult::seed).toList();
    }

    /** Runs that ended at their limit of epochs. */
    public int cut() {
        return (int) runs.stream().filter(RunResult::cut).count();
    }

    public double mean(ToDoubleFunction<RunResult> metric) {
        return runs.stream().mapToDouble(metric).average().orElse(Double.NaN);
    }

    /** Sample standard deviation over the seeds, sqrt(sum (x - mean)^2 / (n - 1)); NaN of a single one. */
    public double deviation(ToDoubleFunction<RunResult> metric) {
        double mean = mean(metric);
        double squares = runs.stream()
                .mapToDouble(run -> (metric.applyAsDouble(run) - mean) * (metric.applyAsDouble(run) - mean))
                .sum();
        return runs.size() < 2 ? Double.NaN : Math.sqrt(squares / (runs.size() - 1));
    }

    RunResult ofSeed(long seed) {
        return runs.stream().filter(run -> run.seed() == seed).findFirst().orElseThrow();
    }
}
