package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFileTest {
    @TempDir
    Path temporary;

    private Experiment read(String json) throws IOException {
        Path file = temporary.resolve("study.json");
        Files.writeString(file, json);
        return ExperimentFile.read(file);
    }

    @Test
    void aWholeTableIsThereBeforeTheSecondSeedBegins() throws IOException {
        Experiment experiment = read(
                """
                {"results": "out/r.jsonl", "data": ["d1", "d2"],
                 "models": ["sasrec", {"model": "indirec", "label": "I"}],
                 "settings": [{}, {"label": "slow"}], "seeds": [7, 8]}""");
        assertEquals(Path.of("out", "r.jsonl"), experiment.results());
        assertEquals(Path.of("runs", "study"), experiment.runs());
        List<String> order = experiment.trials().stream()
                .map(trial -> trial.data() + " " + trial.seed() + " " + trial.label())
                .toList();
        assertEquals(
                List.of("d1 7 sasrec", "d1 7 sasrec, slow", "d1 7 I", "d1 7 I, slow", "d1 8 sasrec"),
                order.subList(0, 5));
        assertEquals(16, order.size());
        assertTrue(order.get(8).startsWith("d2 7"));
    }

    @Test
    void settingsOverrideTheModelsAndThoseTheCommonOnes() throws IOException {
        Trial trial = read(
                        """
                        {"results": "r", "runs": "elsewhere", "data": ["d"], "seeds": [1],
                         "models": [{"model": "indirec", "preset": "toys", "set": {"b": 2, "c": 2}}],
                         "settings": [{"set": {"c": "3"}}], "set": {"a": 1e-4, "b": 1, "c": 1, "t": true}}""")
                .trials()
                .get(0);
        assertEquals(Map.of("a", "0.0001", "b", "2", "c", "3", "t", "true"), trial.set());
        assertEquals("toys", trial.preset());
        assertEquals(1, trial.settingsTried());
        assertEquals("indirec", trial.label());
    }

    @Test
    void howManySettingsOfAModelWereTriedIsSaidOnItsEntry() throws IOException {
        List<Trial> trials = read(
                        """
                        {"results": "r", "data": ["d"], "seeds": [1],
                         "models": ["sasrec", {"model": "icsrec", "settings_tried": 6}]}""")
                .trials();
        assertEquals(List.of(1, 6), trials.stream().map(Trial::settingsTried).toList());
    }

    @Test
    void mistakesAreNamedWithTheirPlaceAndARemedy() {
        refuses("{\"results\": \"r\", \"dat\": []}", "\"dat\"", "did you mean \"data\"");
        refuses(
                "{\"results\": \"r\", \"data\": [\"d\"], \"models\": [{\"model\": \"m\", \"sets\": {}}]}",
                "models[0]",
                "did you mean \"set\"");
        refuses("{\"data\": [\"d\"], \"models\": [\"m\"], \"seeds\": [1]}", "results", "nothing");
        refuses("{\"results\": \"r\", \"data\": [\"d\"], \"models\": [\"m\"]}", "seeds", "list of one or more");
        refuses("{\"results\": \"r\", \"data\": [\"d\"], \"models\": [\"m\"], \"seeds\": [1.5]}", "seeds", "1.5");
        refuses("{\"results\": \"r\", \"data\": [\"d\"], \"models\": [{}]}", "models[0].model", "a text");
        refuses(
                "{\"results\": \"r\", \"data\": [\"d\"], \"models\": [\"m\"], \"seeds\": [1], \"set\": {\"x\": [1]}}",
                "set.x",
                "[1]");
        refuses(
                "{\"results\": \"r\", \"data\": [\"d\"], \"models\": [\"m\", \"m\"], \"seeds\": [1]}",
                "two of m on d with seed 1",
                "label");
        refuses(
                "{\"results\": \"r\", \"data\": [\"d\"], \"models\": [\"m\"], \"seeds\": [1], \"set\": {\"seed\": 2}}",
                "seeds");
        refuses(
                "{\"results\": \"r\", \"data\": [\"d\"], \"models\": [{\"model\": \"m\", \"settings_tried\": 0}]}",
                "models[0].settings_tried",
                "a whole number from 1");
        refuses("{\"results\":\n \"r\",,", "line 2");
        refuses("[]", "JSON object");
    }

    private void refuses(String json, String... texts) {
        FormatException e = assertThrows(FormatException.class, () -> read(json), json);
        for (String text : texts) {
            assertTrue(e.getMessage().contains(text), "expected \"" + text + "\" in: " + e.getMessage());
        }
    }
}
