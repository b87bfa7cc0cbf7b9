package io.github.indirec.model;

import io.github.indirec.model.baselines.DuoRec;
import io.github.indirec.model.baselines.IcsRec;
import io.github.indirec.model.baselines.SasRec;
import io.github.indirec.model.baselines.SasRecCe;
import io.github.indirec.model.config.Choice;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Every model that can be trained: its settings of record, and how it is made. */
public enum ModelFamily implements Choice {
    INDIREC(
            preset -> Presets.settings(preset, Mode.OFFICIAL),
            InDiRecConfig::of,
            (backend, settings, items) -> InDiRec.create(backend, InDiRecConfig.of(settings), items)),
    SASREC(SasRec::settings, SasRec.Config::of, SasRec::create),
    SASREC_CE(SasRecCe::settings, SasRecCe.Config::of, SasRecCe::create),
    DUOREC(DuoRec::settings, DuoRec.Config::of, DuoRec::create),
    ICSREC(IcsRec::settings, IcsRec.Config::of, IcsRec::create);

    /** The setting that names the model. */
    public static final String KEY = "model";

    private interface Creation {
        TrainableModel create(Backend backend, Settings settings, int items);
    }

    private final Function<String, Settings> settings;
    private final Consumer<Settings> check;
    private final Creation creation;

    ModelFamily(Function<String, Settings> settings, Consumer<Settings> check, Creation creation) {
        this.settings = settings;
        this.check = check;
        this.creation = creation;
    }

    /**
     * The model of that name.
     *
     * @throws IllegalArgumentException if there is none, with a suggestion
     */
    public static ModelFamily named(String name) {
        for (ModelFamily family : values()) {
            if (family.label().equals(name)) {
                return family;
            }
        }
        throw new IllegalArgumentException("there is no model \"" + name + "\"; did you mean \""
                + Settings.nearest(name, names()) + "\"? There are " + String.join(", ", names()));
    }

    /** The names of all models. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Choice::label).toList();
    }

    /** The model that these settings are for. */
    public static ModelFamily of(Settings settings) {
        return named(settings.get(KEY));
    }

    /** Whether {@link Mode} says anything about it. */
    public boolean hasModes() {
        return this == INDIREC;
    }

    /** Settings of record on a data set; of a model with modes in {@link Mode#OFFICIAL}. */
    public Settings settings(String preset) {
        return settings.apply(preset);
    }

    /** Settings of record on a data set, in a mode where there are modes. */
    public Settings settings(String preset, Mode mode) {
        return hasModes() ? Presets.settings(preset, mode) : settings(preset);
    }

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException when one does not parse or is out of range
     */
    public void check(Settings settings) {
        check.accept(settings);
    }

    /**
     * An untrained model with the initial weights of the settings' seed.
     *
     * @param items I, the largest item id
     */
    public TrainableModel create(Backend backend, Settings settings, int items) {
        return creation.create(backend, settings, items);
    }
}
