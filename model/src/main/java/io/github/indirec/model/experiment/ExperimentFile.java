package io.github.indirec.model.experiment;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the file of an experiment: models x data sets x settings x seeds.
 *
 * <pre>
 * {
 *   "results": "bench/results/beauty.jsonl",        a JSON object a finished run; the ranks in beauty.ranks beside it
 *   "runs": "runs/beauty",                          run folders; left out: runs/ and this file's name
 *   "data": ["data/beauty"],                        as train --data has it
 *   "models": ["sasrec", {"model": "indirec", "label": "InDiRec", "preset": "beauty", "set": {"mode": "paper"}}],
 *                                                   a model with "item_vectors": "v.safetensors" where it needs some,
 *                                                   and "settings_tried": 6 where its settings are the best of 6
 *   "settings": [{}, {"label": "w=1", "set": {"guidance": 1}}],      may be left out
 *   "set": {"epochs": 50},                          for all runs, may be left out
 *   "seeds": [2022, 2023]
 * }
 * </pre>
 *
 * Of the three {@code set}, that of {@code settings} overrides the model's, and the model's the common one. A run is
 * labelled with its model's label (else the model's name) and that of its settings. Order: a data set after the other;
 * in each all models and settings with the first seed, then all with the second, so that a whole table is there early.
 * Paths are relative to the working directory, as everywhere on the command line. Unknown keys are refused.
 */
public final class ExperimentFile {
    private static final String RESULTS = "results";
    private static final String RUNS = "runs";
    private static final String DATA = "data";
    private static final String MODELS = "models";
    private static final String SETTINGS = "settings";
    private static final String SEEDS = "seeds";
    private static final String MODEL = "model";
    private static final String LABEL = "label";
    private static final String PRESET = "preset";
    private static final String ITEM_VECTORS = "item_vectors";
    private static final String SET = "set";
    private static final String SETTINGS_TRIED = "settings_tried";

    /** A model, or a variation of all models. */
    private record Variant(
            String model, String label, String preset, String itemVectors, Map<String, String> set, int settingsTried) {
        /** Models as they are. */
        static final Variant NONE = new Variant("", "", "", "", Map.of(), 1);
    }

    private final String file;

    private ExperimentFile(String file) {
        this.file = file;
    }

    /**
     * @throws FormatException naming the place, for anything else than the above
     */
    public static Experiment read(Path file) throws IOException {
        Map<String, Object> root;
        try {
            // 1e-4 stays the number it is: a double would be as good, but not its text.
            root = JSON.std.with(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS).mapFrom(Files.readString(file));
        } catch (JacksonException e) {
            String place = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr();
            String found = String.valueOf(e.getMessage()).lines().findFirst().orElse("another text");
            throw new FormatException(
                    file.toString(), place, "a JSON object (see experiment --help)", found, "mend it there", e);
        } catch (CharacterCodingException e) {
            throw new FormatException(
                    file.toString(), "", "a JSON object", "no text in UTF-8", "is this the right file?", e);
        }
        String name = file.getFileName().toString();
        String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
        return new ExperimentFile(file.toString()).experiment(root, stem);
    }

    private Experiment experiment(Map<String, Object> values, String stem) throws FormatException {
        StrictObject root = new StrictObject(
                file, "", values, List.of(RESULTS, RUNS, DATA, MODELS, SETTINGS, SET, SEEDS));
        List<Variant> models = variants(root, MODELS, List.of(MODEL, LABEL, PRESET, ITEM_VECTORS, SET, SETTINGS_TRIED));
        List<Variant> settings = root.has(SETTINGS)
                ? variants(root, SETTINGS, List.of(LABEL, SET))
                : List.of(Variant.NONE);
        List<Long> seeds = seeds(root);
        List<Trial> trials = new ArrayList<>();
        for (Path data : paths(root)) {
            for (long seed : seeds) {
                for (Variant model : models) {
                    for (Variant variation : settings) {
                        trials.add(trial(root, data, model, variation, seed));
                    }
                }
            }
        }
        requireDistinct(root, trials);
        return new Experiment(
                Path.of(root.text(RESULTS)), Path.of(root.text(RUNS, Path.of("runs", stem).toString())), trials);
    }

    private static Trial trial(StrictObject root, Path data, Variant model, Variant variation, long seed)
            throws FormatException {
        Map<String, String> set = new LinkedHashMap<>(root.settings(SET));
        set.putAll(model.set());
        set.putAll(variation.set());
        if (set.containsKey("seed")) {
            throw root.wrong(SET, "no seed among settings", "seed", "write it in \"seeds\"");
        }
        String label = model.label() + (variation.label().isEmpty() ? "" : ", " + variation.label());
        return new Trial(
                model.model(), label, data, model.preset(), model.itemVectors(), set, model.settingsTried(), seed);
    }

    private List<Variant> variants(StrictObject root, String key, List<String> keys) throws FormatException {
        List<Variant> variants = new ArrayList<>();
        for (Object entry : root.list(key)) {
            String place = key + "[" + variants.size() + "]";
            if (entry instanceof Map<?, ?> map) {
                StrictObject object = new StrictObject(file, place, map, keys);
                String model = keys.contains(MODEL) ? object.text(MODEL) : "";
                variants.add(new Variant(
                        model,
                        object.text(LABEL, model),
                        object.text(PRESET, ""),
                        object.text(ITEM_VECTORS, ""),
                        object.settings(SET),
                        object.count(SETTINGS_TRIED, 1)));
            } else if (entry instanceof String model && keys.contains(MODEL)) {
                variants.add(new Variant(model, model, "", "", Map.of(), 1));
            } else {
                String expected = "an object with the keys " + String.join(", ", keys);
                throw root.wrong(place, expected, String.valueOf(entry), "mend it there");
            }
        }
        return variants;
    }

    private static List<Path> paths(StrictObject root) throws FormatException {
        List<Path> paths = new ArrayList<>();
        for (Object entry : root.list(DATA)) {
            if (!(entry instanceof String path)) {
                throw root.wrong(DATA, "paths of data sets", String.valueOf(entry), "mend it there");
            }
            paths.add(Path.of(path));
        }
        return paths;
    }

    private static List<Long> seeds(StrictObject root) throws FormatException {
        List<Long> seeds = new ArrayList<>();
        for (Object entry : root.list(SEEDS)) {
            if (!(entry instanceof Integer || entry instanceof Long)) {
                throw root.wrong(SEEDS, "whole numbers", String.valueOf(entry), "mend it there");
            }
            seeds.add(((Number) entry).longValue());
        }
        return seeds;
    }

    /** Two runs of one label, data set and seed could not be told apart in a table. */
    private static void requireDistinct(StrictObject root, List<Trial> trials) throws FormatException {
        Set<List<Object>> known = new HashSet<>();
        for (Trial trial : trials) {
            if (!known.add(List.of(trial.label(), trial.data(), trial.seed()))) {
                throw root.wrong(
                        "",
                        "runs that differ in label, data or seed",
                        "two of " + trial.label() + " on " + trial.data() + " with seed " + trial.seed(),
                        "give each of models and settings a label of its own");
            }
        }
    }
}
