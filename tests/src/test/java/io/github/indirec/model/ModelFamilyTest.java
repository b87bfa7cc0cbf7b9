package io.github.indirec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelFamilyTest {
    @Test
    void namesAreThoseOfTheLiterature() {
        assertEquals(
                List.of("indirec", "llmdirec", "sasrec", "sasrec-ce", "bert4rec", "duorec", "cadirec", "icsrec"),
                ModelFamily.names());
    }

    @ParameterizedTest
    @CsvSource({"sasrek, sasrec", "SASRec_CE, sasrec-ce", "bert4rek, bert4rec", "ics-rec, icsrec", "doorec, duorec"})
    void anUnknownNameIsAnsweredWithTheNearest(String name, String nearest) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> ModelFamily.named(name));
        assertTrue(e.getMessage().contains("\"" + name + "\"; did you mean \"" + nearest + "\"?"), e.getMessage());
        assertTrue(e.getMessage().contains("cadirec, icsrec"), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void settingsOfEveryPresetNameTheirModelAndPassItsChecks(ModelFamily family) {
        assertEquals(family, ModelFamily.named(family.label()));
        for (String preset : Presets.names()) {
            for (Mode mode : Mode.values()) {
                Settings settings = family.settings(preset, mode);
                assertEquals(family, ModelFamily.of(settings), preset);
                assertEquals(family.hasModes(), settings.toMap().containsKey("mode"), preset);
                family.check(settings);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> family.settings("beuaty"));
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void aModelKnowsWhichItIsAndHowItIsTrained(ModelFamily family) {
        try (Backend backend = Backends.cpu(1);
                TrainableModel model = SmallModels.create(family, backend, SmallModels.settings(family), 40)) {
            assertEquals(family, model.family());
            assertEquals(20, model.training().batchSize());
            assertEquals(40, model.sequenceModel().items());
            assertEquals(family == ModelFamily.BERT4REC, model.sequenceModel().isMasked());
        }
    }
}
