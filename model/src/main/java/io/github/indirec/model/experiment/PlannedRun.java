package io.github.indirec.model.experiment;

import io.github.indirec.model.train.RunFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trial with all that decides its result, and the folder in which it runs.
 *
 * @param folder its run folder; the name holds data, label, seed, and a hash of data and settings, so that a changed
 *     experiment never goes on with a run of other settings
 */
public record PlannedRun(Trial trial, TrialResolver.Resolved resolved, Path folder) {
    private static final int HASH_CHARACTERS = 8;
    private static final String SEED = "seed";

    static PlannedRun of(Trial trial, TrialResolver.Resolved resolved, Path runs) {
        String name = resolved.dataName() + "-" + trial.label();
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
        String folder = plain + "-" + trial.seed() + "-" + hash(trial, resolved);
        return new PlannedRun(trial, resolved, runs.resolve(folder));
    }

    /** Over what was asked for, not over defaults: a setting that is added later must not orphan runs in progress. */
    private static String hash(Trial trial, TrialResolver.Resolved resolved) {
        Map<String, String> asked = new TreeMap<>(resolved.settings());
        asked.keySet().removeAll(resolved.untouched());
        String text = trial.model() + "\n" + resolved.dataSha256() + "\n" + asked;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Data set, label and seed, for people. */
    public String name() {
        return resolved.dataName() + ", " + trial.label() + ", seed " + trial.seed();
    }

    /** The most epochs this run may take; 0 if its settings have no such limit. */
    public int epochLimit() {
        return Integer.parseInt(resolved.settings().getOrDefault("epochs", "0"));
    }

    /** Whether its folder holds a run. */
    public boolean isBegun() {
        return Files.exists(folder.resolve("config.json"));
    }

    /** Whether that result is of the same model, data, seed and settings. */
    boolean hasResult(RunResult result) {
        return isLike(result) && result.seed() == trial.seed() && sameSettings(result.settings(), false);
    }

    /** Whether that result is of the same model and data. */
    boolean isLike(RunResult result) {
        return result.model().equals(trial.model()) && result.dataSha256().equals(resolved.dataSha256());
    }

    /** Whether both are trials of one model on one data set. */
    boolean isLike(PlannedRun other) {
        return other.trial.model().equals(trial.model())
                && other.resolved.dataSha256().equals(resolved.dataSha256());
    }

    /**
     * Whether settings that a file holds are this run's. One that the file lacks must be untouched here: it was added
     * to the program later, and a new switch keeps by default what was.
     */
    boolean sameSettings(Map<String, String> stored, boolean whateverSeed) {
        for (Map.Entry<String, String> entry : stored.entrySet()) {
            String here = resolved.settings().get(entry.getKey());
            boolean excused = whateverSeed && entry.getKey().equals(SEED);
            if (!excused && (here == null || !sameValue(here, entry.getValue()))) {
                return false;
            }
        }
        return resolved.settings().keySet().stream()
                .allMatch(key -> stored.containsKey(key) || resolved.untouched().contains(key));
    }

    /** The text 1e-4 is the number 0.0001. */
    private static boolean sameValue(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        try {
            return new BigDecimal(a).compareTo(new BigDecimal(b)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** @throws IOException if the folder holds a run of other settings */
    void requireOwnFolder() throws IOException {
        Path config = folder.resolve("config.json");
        if (Files.exists(config) && !sameSettings(RunFolder.readSettings(config), false)) {
            throw new IOException(folder + " holds a run of other settings than planned; move it away");
        }
    }
}
