package io.github.indirec.model.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.experiment.Trial;
import io.github.indirec.model.experiment.TrialResolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks {@code train --print-config} what a trial comes to: the very code that will run it, so plan and run cannot
 * differ, and a wrong setting is found before the first run is started.
 */
final class PrintedConfig implements TrialResolver {
    private static final String SEED = "seed";

    private final Map<Path, SequenceDataset> data = new HashMap<>();
    private final Map<Trial, Resolved> known = new HashMap<>();

    @Override
    public Resolved resolve(Trial trial) throws IOException {
        // Settings do not depend on the seed, and reading the data for each would take time.
        Trial seedless = trial.withSeed(0);
        Resolved resolved = known.get(seedless);
        if (resolved == null) {
            resolved = ask(seedless);
            known.put(seedless, resolved);
        }
        Map<String, String> settings = new LinkedHashMap<>(resolved.settings());
        settings.put(SEED, Long.toString(trial.seed()));
        return new Resolved(settings, resolved.untouched(), resolved.dataName(), resolved.dataSha256());
    }

    private Resolved ask(Trial trial) throws IOException {
        SequenceDataset dataset = data.get(trial.data());
        if (dataset == null) {
            dataset = SequenceDataset.read(trial.data());
            data.put(trial.data(), dataset);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        Set<String> untouched = new HashSet<>();
        for (String line : printed(trial).lines().toList()) {
            Map<String, Object> setting = JSON.std.mapFrom(line);
            String key = setting.get("key").toString();
            settings.put(key, setting.get("value").toString());
            if (setting.get("origin").equals("default")) {
                untouched.add(key);
            }
        }
        return new Resolved(settings, untouched, dataset.name(), dataset.sha256());
    }

    private static String printed(Trial trial) {
        List<String> words = new ArrayList<>(TrainArguments.of(trial));
        words.addAll(List.of("--print-config", "--json"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                words.toArray(String[]::new));
        if (code != ExitCode.SUCCESS) {
            String said = err.toString(StandardCharsets.UTF_8).lines().reduce((a, b) -> b).orElse("");
            throw CommandException.badInput(trial.label() + ": " + said, null);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
