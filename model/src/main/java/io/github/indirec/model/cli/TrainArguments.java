package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A trial as the words of {@code indirec train}. */
final class TrainArguments {
    private TrainArguments() {}

    static List<String> of(Trial trial) {
        List<String> words = new ArrayList<>(
                List.of("train", "--model", trial.model(), "--data", trial.data().toString()));
        if (!trial.preset().isEmpty()) {
            words.addAll(List.of("--preset", trial.preset()));
        }
        if (!trial.itemVectors().isEmpty()) {
            words.addAll(List.of("--item-vectors", trial.itemVectors()));
        }
        new TreeMap<>(trial.set()).forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
        words.addAll(List.of("--seed", Long.toString(trial.seed())));
        return words;
    }
}
