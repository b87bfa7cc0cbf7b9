package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.Mode;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The settings of the authors' scripts, by model and data set. */
class PresetsOfRecordTest {
    private static void assertSettings(Map<String, String> settings, String expected) {
        for (String pair : expected.split(" ")) {
            String[] keyAndValue = pair.split("=");
            assertEquals(keyAndValue[1], settings.get(keyAndValue[0]), keyAndValue[0]);
        }
    }

    /** Plain Adam on every example, nothing clipped; two blocks of two heads, 64 numbers an item. */
    @ParameterizedTest
    @EnumSource(
            value = ModelFamily.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INDIREC", "LLMDIREC", "SASREC_CE"})
    void allShareTheirSizesAndTheirOptimiser(ModelFamily family) {
        for (String preset : List.of("beauty", "sports", "toys", "ml-1m")) {
            assertSettings(
                    family.settings(preset).toMap(),
                    "hidden_size=64 num_layers=2 num_heads=2 learning_rate=0.001 weight_decay=0 adam_beta1=0.9"
                            + " adam_beta2=0.999 adam_eps=1e-8 clip_norm=Infinity drop_last=false layer_norm_eps=1e-12"
                            + " initializer_range=0.02 validation=strict validation_interval=1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sasrec, causal, last, 4, 256, 200, 10",
        "bert4rec, bidirectional, first, 4, 2048, 300, 10",
        "duorec, causal, first, 4, 256, 50, 10",
        "cadirec, causal, last, 2, 256, 400, 40",
        "icsrec, causal, last, 4, 256, 300, 40"
    })
    void eachHasItsOwnEncoderAndSchedule(
            String model,
            String attention,
            String positions,
            String inner,
            String batch,
            String epochs,
            String patience) {
        assertSettings(
                ModelFamily.named(model).settings("beauty").toMap(),
                "attention=" + attention + " positions=" + positions + " feed_forward_multiple=" + inner
                        + " batch_size=" + batch + " epochs=" + epochs + " patience=" + patience);
    }

    /** Dropout of hidden values and of attention is the same everywhere. */
    @ParameterizedTest
    @CsvSource({
        "sasrec, 0.5, 50, 0.5, 50",
        "sasrec-ce, 0.5, 50, 0.1, 50",
        "bert4rec, 0.2, 50, 0.2, 50",
        "duorec, 0.5, 50, 0.5, 50",
        "cadirec, 0.5, 50, 0.1, 200",
        "icsrec, 0.5, 50, 0.1, 50"
    })
    void dropoutAndLengthOfTheAmazonSetsAndOfMovieLens(
            String model, String dropout, String length, String moviesDropout, String moviesLength) {
        for (String preset : List.of("beauty", "sports", "toys")) {
            assertSettings(
                    ModelFamily.named(model).settings(preset).toMap(),
                    "hidden_dropout=" + dropout + " attention_dropout=" + dropout + " max_seq_length=" + length);
        }
        assertSettings(
                ModelFamily.named(model).settings("ml-1m").toMap(),
                "hidden_dropout=" + moviesDropout + " attention_dropout=" + moviesDropout + " max_seq_length="
                        + moviesLength);
    }

    @ParameterizedTest
    @CsvSource({
        "bert4rec, beauty, mask_ratio=0.2 last_item_ratio=0.5",
        "duorec, toys, contrast=us-x unsupervised_weight=0.1 supervised_weight=0.1 temperature=1",
        "duorec, ml-1m, contrast=us-x unsupervised_weight=0.1 supervised_weight=0.1 temperature=1",
        "cadirec, beauty, cl_weight=0.1 nll_weight=0.2 mask_ratio=0.1 timesteps=1000 denoiser_layers=2 candidates=10",
        "cadirec, sports, cl_weight=0.1 nll_weight=0.2 mask_ratio=0.1 denoiser_dropout=0.2 temperature=1 epochs=400",
        "cadirec, ml-1m, cl_weight=0.1 nll_weight=0.1 mask_ratio=0.1 timesteps=1000 denoiser_layers=1 epochs=300",
        "icsrec, beauty, coarse_weight=0.3 fine_weight=0.1 num_intents=256 temperature=1 partner=last",
        "icsrec, sports, coarse_weight=0.3 fine_weight=0.1 num_intents=256",
        "icsrec, toys, coarse_weight=0.2 fine_weight=0.1 num_intents=1024",
        "icsrec, ml-1m, coarse_weight=0.1 fine_weight=0.1 num_intents=512",
        "icsrec, beauty, kmeans_iterations=20 kmeans_restarts=5 kmeans_seed=1 max_points_per_centroid=4096"
    })
    void theirOwnSettingsByDataSet(String model, String preset, String expected) {
        assertSettings(ModelFamily.named(model).settings(preset).toMap(), expected);
    }

    /** Else a gain over it might be a gain of dropout, of clipping or of the number of epochs. */
    @Test
    void theControlHasInDiRecsEncoderAndTrainingOnEveryDataSet() {
        for (String preset : Presets.names()) {
            Map<String, String> control = ModelFamily.SASREC_CE.settings(preset).toMap();
            Map<String, String> inDiRec = Presets.settings(preset, Mode.OFFICIAL).toMap();
            control.remove(ModelFamily.KEY);
            assertTrue(control.keySet().containsAll(EncoderConfig.defaults().keySet()));
            assertTrue(control.keySet().containsAll(TrainingConfig.defaults().keySet()));
            control.forEach((key, value) -> assertEquals(inDiRec.get(key), value, preset + ": " + key));
        }
    }

    /** Numbers of the authors' models; a pad and a mask row everywhere, and no bias that nothing reads. */
    @ParameterizedTest
    @CsvSource({
        "sasrec, 877888",
        "sasrec-ce, 877888",
        "bert4rec, 894279",
        "duorec, 877888",
        "cadirec, 967808",
        "icsrec, 877888"
    })
    void modelsOfBeautyHaveTheKnownNumberOfParameters(String model, long size) {
        ModelFamily family = ModelFamily.named(model);
        try (Backend backend = Backends.cpu(1);
                TrainableModel created = family.create(backend, family.settings("beauty"), 12_101)) {
            assertEquals(size, created.parameters().size());
        }
    }

    @Test
    void whatIsNotTheAuthorsSaysSo() {
        for (ModelFamily family : ModelFamily.values()) {
            Settings settings = family.settings("demo");
            settings.all().forEach((key, setting) -> assertTrue(
                    !setting.origin().startsWith("preset") || setting.origin().equals("preset demo (ours)"),
                    family + ": " + key + " from " + setting.origin()));
        }
    }
}
