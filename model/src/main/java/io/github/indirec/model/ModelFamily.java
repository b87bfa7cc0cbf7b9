package io.github.indirec.model;

import io.github.indirec.model.baselines.Bert4Rec;
import io.github.indirec.model.baselines.CaDiRec;
import io.github.indirec.model.baselines.DuoRec;
import io.github.indirec.model.baselines.IcsRec;
import io.github.indirec.model.baselines.SasRec;
import io.github.indirec.model.baselines.SasRecCe;
import io.github.indirec.model.config.Choice;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.text.ItemVectors;
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
    LLMDIREC(
            preset -> Presets.semanticSettings(preset, Mode.OFFICIAL),
            LlmDiRec.Config::of,
            (backend, settings, items, vectors) ->
                    LlmDiRec.create(backend, LlmDiRec.Config.of(settings), vectors)),
    SASREC(SasRec::settings, SasRec.Config::of, SasRec::create),
    SASREC_CE(SasRecCe::settings, SasRecCe.Config::of, SasRecCe::create),
    BERT4REC(Bert4Rec::settings, Bert4Rec.Config::of, Bert4Rec::create),
    DUOREC(DuoRec::settings, DuoRec.Config::of, DuoRec::create),
    CADIREC(CaDiRec::settings, CaDiRec.Config::of, CaDiRec::create),
    ICSREC(IcsRec::settings, IcsRec.Config::of, IcsRec::create);

    /** The setting that names the model. */
    public static final String KEY = "model";

    /** Of a model that knows items by id alone. */
    private interface IdCreation {
        TrainableModel create(Backend backend, Settings settings, int items);
    }

    private interface Creation {
        TrainableModel create(Backend backend, Settings settings, int items, ItemVectors vectors);
    }

    private final Function<String, Settings> settings;
    private final Consumer<Settings> check;
    private final Creation creation;

    ModelFamily(Function<String, Settings> settings, Consumer<Settings> check, IdCreation creation) {
        this(settings, check, (backend, all, items, vectors) -> creation.create(backend, all, items));
    }

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
        return this == INDIREC || this == LLMDIREC;
    }

    /** Whether it knows items by vectors too, so that it cannot be made without. */
    public boolean needsVectors() {
        return this == LLMDIREC;
    }

    /** Settings of record on a data set; of a model with modes in {@link Mode#OFFICIAL}. */
    public Settings settings(String preset) {
        return settings.apply(preset);
    }

    /** Settings of record on a data set, in a mode where there are modes. */
    public Settings settings(String preset, Mode mode) {
        return switch (this) {
            case INDIREC -> Presets.settings(preset, mode);
            case LLMDIREC -> Presets.semanticSettings(preset, mode);
            default -> settings(preset);
        };
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
     * @throws IllegalArgumentException if it {@linkplain #needsVectors needs vectors}
     */
    public TrainableModel create(Backend backend, Settings settings, int items) {
        return create(backend, settings, items, null);
    }

    /**
     * An untrained model with the initial weights of the settings' seed.
     *
     * @param vectors one for each of the I items, or null; a model that knows items by id alone is made without them
     * @throws IllegalArgumentException if it needs vectors and there are none, or not as many as items
     */
    public TrainableModel create(Backend backend, Settings settings, int items, ItemVectors vectors) {
        if (needsVectors() && (vectors == null || vectors.items() != items)) {
            throw new IllegalArgumentException("the model " + label() + " needs a vector for each of the " + items
                    + " items, found " + (vectors == null ? "none" : vectors.items())
                    + "; give vectors of this catalogue, or train a model that knows items by id, such as indirec");
        }
        return creation.create(backend, settings, items, vectors);
    }
}
