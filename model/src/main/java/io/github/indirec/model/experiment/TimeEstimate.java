package io.github.indirec.model.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How long a run will take, from measurements only: where nothing like it was ever run there is none.
 *
 * @param seconds of wall time
 * @param basis what it was measured on
 */
public record TimeEstimate(double seconds, String basis) {
    /**
     * In this order: the run's own epochs so far; finished runs of the same model, data and settings, other seeds;
     * finished runs of the same model and data by the epoch; runs in progress of the same model and data. All but the
     * second assume that the run goes to its limit of epochs, so it may end sooner.
     */
    static Optional<TimeEstimate> of(PlannedRun run, List<RunResult> finished, List<PlannedRun> others)
            throws IOException {
        RunProgress own = RunProgress.read(run.folder());
        if (own.epochs() > 0) {
            String basis = "to its limit, as its " + own.epochs() + " epochs so far";
            return Optional.of(new TimeEstimate(own.untilLimit(run.epochLimit()).getAsDouble(), basis));
        }
        List<RunResult> same = finished.stream()
                .filter(result -> run.isLike(result) && run.sameSettings(result.settings(), true))
                .toList();
        if (!same.isEmpty()) {
            double mean = same.stream().mapToDouble(RunResult::seconds).average().getAsDouble();
            return Optional.of(new TimeEstimate(mean, "as other seeds"));
        }
        List<RunResult> like = finished.stream().filter(run::isLike).toList();
        if (!like.isEmpty()) {
            double seconds = like.stream().mapToDouble(RunResult::seconds).sum();
            int epochs = like.stream().mapToInt(RunResult::epochs).sum();
            return Optional.of(new TimeEstimate(
                    seconds / epochs * run.epochLimit(), "to its limit, as with other settings"));
        }
        for (PlannedRun other : others) {
            RunProgress log = RunProgress.read(other.folder());
            if (run.isLike(other) && log.epochs() > 0) {
                return Optional.of(new TimeEstimate(
                        log.seconds() / log.epochs() * run.epochLimit(), "to its limit, as a run in progress"));
            }
        }
        return Optional.empty();
    }
}
