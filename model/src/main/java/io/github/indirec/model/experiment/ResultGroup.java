package io.github.indirec.model.experiment;

import io.github.indirec.model.eval.UserGroup;
import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.util.ArrayList;
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

    /** How many settings were tried, these included; the most that a run was told. */
    public int settingsTried() {
        return runs.stream().mapToInt(RunResult::settingsTried).max().orElse(1);
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

    /**
     * The same runs, measured over some users.
     *
     * @param all how many users the data have
     * @throws IOException if the ranks cannot be read, or are of other data
     */
    ResultGroup within(UserGroup users, int all) throws IOException {
        List<RunResult> measured = new ArrayList<>();
        for (RunResult run : runs) {
            measured.add(run.withMetrics(users.metrics(ranks(run, all))));
        }
        return new ResultGroup(label, measured);
    }

    /**
     * The users' ranks, a list entry a seed, by line of the data.
     *
     * @param all how many users the data have
     * @throws IOException if they cannot be read, or are of other data
     */
    List<int[]> ranks(List<Long> seeds, int all) throws IOException {
        List<int[]> ranks = new ArrayList<>();
        for (RunResult run : runs) {
            if (seeds.contains(run.seed())) {
                ranks.add(ranks(run, all));
            }
        }
        return ranks;
    }

    private static int[] ranks(RunResult run, int all) throws IOException {
        UserRanks read = UserRanks.read(run.ranks());
        if (!read.dataSha256().equals(run.dataSha256()) || read.ranks().length != all) {
            throw new FormatException(
                    run.ranks().toString(),
                    "",
                    "ranks of " + all + " users of data " + run.dataSha256(),
                    read.ranks().length + " of " + read.dataSha256(),
                    "restore it, or do the run again");
        }
        return read.ranks();
    }
}
