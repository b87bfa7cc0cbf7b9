package io.github.indirec.model;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.diffusion.DiffusionConfig;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.intent.IntentConfig;
import io.github.indirec.model.train.TrainingConfig;

/**
 * Every hyper-parameter of InDiRec. Immutable; made from flat settings ({@link Presets#settings}), whose keys are the
 * components' names in snake_case.
 */
public record InDiRecConfig(
        Mode mode,
        EncoderConfig encoder,
        DiffusionConfig diffusion,
        IntentConfig intent,
        ObjectiveConfig objective,
        TrainingConfig training) {

    /** The configuration that these settings say. */
    public static InDiRecConfig of(Settings settings) {
        return settings.toRecord(InDiRecConfig.class);
    }

    /** The values of a preset in its mode of record, {@link Mode#OFFICIAL}. */
    public static InDiRecConfig preset(String name) {
        return of(Presets.settings(name, Mode.OFFICIAL));
    }
}
