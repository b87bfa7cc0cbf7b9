package io.github.indirec.model.experiment;

import java.nio.file.Path;
import java.util.Map;

/**
 * One training that an experiment asks for, as written.
 *
 * @param label what tables call it
 * @param preset empty where the data's name decides
 * @param itemVectors file of the vectors of a model that needs some, else empty
 * @param set settings that override the preset's
 * @param settingsTried how many settings of this model were tried on the validation split, these included
 */
public record Trial(
        String model,
        String label,
        Path data,
        String preset,
        String itemVectors,
        Map<String, String> set,
        int settingsTried,
        long seed) {
    public Trial {
        set = Map.copyOf(set);
    }

    /** The same training with another seed. */
    public Trial withSeed(long other) {
        return new Trial(model, label, data, preset, itemVectors, set, settingsTried, other);
    }
}
