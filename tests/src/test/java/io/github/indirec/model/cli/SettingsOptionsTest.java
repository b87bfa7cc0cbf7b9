package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsOptionsTest {
    @TempDir
    Path temporary;

    /** Value and origin of every setting. */
    private static Map<String, String> printed(Object... more) {
        Object[] args = new Object[more.length + 3];
        args[0] = "train";
        args[1] = "--print-config";
        args[2] = "--json";
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandRun.of(args).succeeds().json().stream()
                .collect(Collectors.toMap(
                        o -> o.get("key").toString(), o -> o.get("value") + " from " + o.get("origin")));
    }

    @Test
    void laterLayersOverrideEarlierOnesAndEachValueKnowsItsOrigin() throws IOException {
        Path config = temporary.resolve("mine.json");
        Files.writeString(config, "{\"epochs\": 7, \"clip_norm\": \"2.5\", \"learning_rate\": 1e-4}");
        Map<String, String> settings = printed(
                "--preset", "toys", "--config", config, "--set", "epochs=9", "--set", "mode=paper", "--seed", "5");
        assertEquals("9 from --set", settings.get("epochs"));
        assertEquals("2.5 from " + config, settings.get("clip_norm"));
        assertEquals("200 from preset toys", settings.get("timesteps"));
        assertEquals("own-cluster from mode paper", settings.get("mates"));
        assertEquals("5 from --seed", settings.get("seed"));
        assertEquals("64 from default", settings.get("hidden_size"));
        assertEquals("256 from default", settings.get("batch_size"));
    }

    @Test
    void theModeOfAFileCountsAndTheCommandLinesCountsMore() throws IOException {
        Path config = temporary.resolve("paper.json");
        Files.writeString(config, "{\"mode\": \"paper\"}");
        assertEquals("intent from mode paper", printed("--config", config).get("negatives"));
        Map<String, String> official = printed("--config", config, "--set", "mode=official");
        assertEquals("target from default", official.get("negatives"));
        assertEquals("official from --set", official.get("mode"));
    }

    @Test
    void thePlainFormHasALineASetting() {
        CommandRun run =
                CommandRun.of("train", "--print-config", "--preset", "yelp").succeeds();
        assertTrue(
                run.out().lines().anyMatch(line -> line.matches("timesteps +. 50 +# preset yelp \\(ours\\)")),
                run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "beauty, 'preset beauty (named like the data)', 32",
        "Beauty.txt, 'preset beauty (named like the data)', 32",
        "Toys_and_Games.txt, 'preset toys (named like the data)', 1024",
        "Sports_and_Outdoors.txt, 'preset sports (named like the data)', 256",
        "Video.txt, 'preset video (named like the data)', 128",
        "ml-1m.txt, 'preset ml-1m (named like the data)', 1024",
        "yelp, 'preset yelp (named like the data; ours', 32",
        "groceries, 'preset beauty (no preset is named like groceries)', 32"
    })
    void withoutAPresetTheOneNamedLikeTheDataIsTakenAndSaid(String name, String said, int intents) throws IOException {
        Path data = temporary.resolve(name);
        if (name.endsWith(".txt")) {
            Files.writeString(data, "1 1 2 3\n");
        } else {
            Files.createDirectories(data);
            Files.writeString(data.resolve("sequences.txt"), "1 1 2 3\n");
        }
        CommandRun run =
                CommandRun.of("train", "--data", data, "--print-config").succeeds();
        assertTrue(run.err().contains(said), run.err());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("num_intents +. " + intents + " .*")), run.out());
    }

    @Test
    void unknownKeysAndWrongValuesAreRefusedWithASuggestion() throws IOException {
        refused("--set", "epoch=3").failsWith(ExitCode.USAGE, "\"epoch\"", "did you mean \"epochs\"", "--set");
        refused("--set", "epochs=three").failsWith(ExitCode.USAGE, "epochs", "three", "--set", "whole number");
        refused("--set", "epochs=0").failsWith(ExitCode.USAGE, "epochs is 0", "expected 1 to", "--set");
        refused("--set", "mode=real").failsWith(ExitCode.USAGE, "mode", "real", "official, paper");
        refused("--set", "view=cooked").failsWith(ExitCode.USAGE, "view", "cooked", "raw, encoded");
        refused("--set", "epochs").failsWith(ExitCode.USAGE, "--set", "epochs");
        refused("--preset", "beuaty").failsWith(ExitCode.USAGE, "did you mean \"beauty\"");
        refused("--model", "oracle").failsWith(ExitCode.USAGE, "oracle", "indirec");
    }

    @Test
    void wrongFilesOfSettingsAreBadInputAndNamed() throws IOException {
        config("{\"epoch\": 3}").failsWith(ExitCode.BAD_INPUT, "c.json", "\"epoch\"", "did you mean \"epochs\"");
        config("{\"epochs\": 0}").failsWith(ExitCode.BAD_INPUT, "c.json", "epochs is 0");
        config("{\"epochs\": 2.5}").failsWith(ExitCode.BAD_INPUT, "c.json", "2.5", "whole number");
        config("{\n\"epochs\": }").failsWith(ExitCode.BAD_INPUT, "c.json", "line 2", "JSON");
        config("[1, 2]").failsWith(ExitCode.BAD_INPUT, "c.json", "JSON");
        config("").failsWith(ExitCode.BAD_INPUT, "c.json");
        config("{\"mode\": \"real\"}").failsWith(ExitCode.BAD_INPUT, "c.json", "real", "official, paper");
        Files.write(temporary.resolve("c.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        refused("--config", temporary.resolve("c.json")).failsWith(ExitCode.BAD_INPUT, "c.json");
        refused("--config", temporary).failsWith(ExitCode.BAD_INPUT, temporary.toString(), "folder");
        refused("--config", temporary.resolve("none.json")).failsWith(ExitCode.BAD_INPUT, "none.json", "no such file");
    }

    @Test
    void aWrongValueOnTheCommandLineIsUsageAlsoBesideAFile() throws IOException {
        Path file = temporary.resolve("c.json");
        Files.writeString(file, "{\"epochs\": 3}");
        refused("--config", file, "--set", "batch_size=0").failsWith(ExitCode.USAGE, "batch_size is 0", "--set");
    }

    @Test
    void aModelHasItsOwnKeysAndItsOwnDefaults() {
        Map<String, String> settings = printed("--model", "duorec", "--preset", "ml-1m", "--set", "contrast=us");
        assertEquals("duorec from default", settings.get("model"));
        assertEquals("us from --set", settings.get("contrast"));
        assertEquals("50 from default", settings.get("epochs"));
        assertEquals(null, settings.get("num_intents"));
        assertEquals("512 from preset ml-1m", printed("--model", "icsrec", "--preset", "ml-1m").get("num_intents"));
        refused("--model", "sasrec", "--set", "contrast=us").failsWith(ExitCode.USAGE, "\"contrast\"", "--set");
        refused("--model", "sasrec", "--set", "mode=paper").failsWith(ExitCode.USAGE, "\"mode\"", "--set");
    }

    @Test
    void theModelOfAFileCountsAndTheCommandLinesMustBeTheSame() throws IOException {
        Path file = temporary.resolve("c.json");
        Files.writeString(file, "{\"model\": \"icsrec\", \"fine_weight\": 0.7}");
        for (Object[] more : new Object[][] {{"--config", file}, {"--config", file, "--model", "icsrec"}}) {
            Map<String, String> settings = printed(more);
            assertEquals("icsrec from " + file, settings.get("model"));
            assertEquals("0.7 from " + file, settings.get("fine_weight"));
        }
        refused("--config", file, "--model", "duorec").failsWith(ExitCode.USAGE, "duorec", "icsrec", "c.json");
        Files.writeString(file, "{\"epochs\": 4}");
        assertEquals("4 from " + file, printed("--config", file, "--model", "bert4rec").get("epochs"));
        assertEquals("indirec from default", printed("--config", file).get("model"));
    }

    @Test
    void modelsThatDoNotExistAreRefusedWithASuggestion() throws IOException {
        refused("--model", "sasrek").failsWith(ExitCode.USAGE, "--model", "did you mean \"sasrec\"");
        refused("--set", "model=sasrec").failsWith(ExitCode.USAGE, "name the model with --model");
        refused("--model", "sasrec", "--set", "model=sasrec").failsWith(ExitCode.USAGE, "--model");
        config("{\"model\": \"bert4rek\"}").failsWith(ExitCode.BAD_INPUT, "c.json", "did you mean \"bert4rec\"");
    }

    private CommandRun config(String text) throws IOException {
        Path file = temporary.resolve("c.json");
        Files.writeString(file, text);
        return refused("--config", file);
    }

    private static CommandRun refused(Object... more) {
        Object[] args = new Object[more.length + 2];
        args[0] = "train";
        args[1] = "--print-config";
        System.arraycopy(more, 0, args, 2, more.length);
        return CommandRun.of(args);
    }
}
