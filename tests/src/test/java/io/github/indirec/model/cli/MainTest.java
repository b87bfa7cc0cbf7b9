package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"demo", "train", "evaluate", "recommend", "convert", "doctor"})
    void everySubcommandExplainsItselfWithItsJsonKeys(String command) {
        CommandRun run = CommandRun.of(command, "--help").succeeds();
        assertTrue(run.out().startsWith("Usage: indirec " + command), run.out());
        assertTrue(run.out().contains("JSON keys"), run.out());
        assertTrue(run.out().lines().allMatch(line -> line.length() <= 100), run.out());
        assertEquals("", run.err());
        assertTrue(CommandRun.of("--help").succeeds().out().contains(command));
    }

    @Test
    void theVersionIsAResult() {
        assertTrue(CommandRun.of("--version").succeeds().out().startsWith("indirec "));
    }

    @Test
    void aBareCommandShowsTheHelpAsAMistake() {
        CommandRun run = CommandRun.of();
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("Usage: indirec"), run.err());
    }

    @Test
    void misspeltCommandsAndOptionsAreRefusedWithASuggestion() {
        CommandRun.of("trian").failsWith(ExitCode.USAGE, "trian", "did you mean", "train");
        CommandRun.of("train", "--dat", "x").failsWith(ExitCode.USAGE, "--dat", "did you mean --data");
        CommandRun.of("evaluate", "--data", "x").failsWith(ExitCode.USAGE, "--checkpoint", "evaluate --help");
        CommandRun.of("recommend", "--checkpoint", "x").failsWith(ExitCode.USAGE, "--user", "--history");
        CommandRun.of("train", "--data", "x", "--seed", "many").failsWith(ExitCode.USAGE, "--seed", "many");
    }

    @Test
    void aDeviceThatIsAbsentHasItsOwnExitCode() {
        CommandRun.of("recommend", "--checkpoint", "x", "--history", "1", "--device", "abacus")
                .failsWith(ExitCode.NO_DEVICE, "abacus", "present: [cpu");
        CommandRun.of("recommend", "--checkpoint", "x", "--history", "1", "--threads", "0")
                .failsWith(ExitCode.USAGE, "--threads is 0");
    }

    @Test
    void verboseAddsTheTrace() {
        CommandRun run = CommandRun.of("evaluate", "--data", "nowhere", "--checkpoint", "x", "--verbose");
        assertEquals(ExitCode.BAD_INPUT, run.exitCode());
        assertTrue(run.err().contains("\tat "), run.err());
    }

    @Test
    void doctorSaysWhatIsInUse() {
        CommandRun run = CommandRun.of("doctor", "--json").succeeds();
        for (String key :
                new String[] {"java", "cpu", "cores", "vector_api", "backends", "gemm_gflops_1_thread", "advice"}) {
            assertTrue(run.object().containsKey(key), key + " in " + run.out());
        }
        boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertEquals(vector ? "enabled" : "missing", run.object().get("vector_api"));
        assertTrue(vector || run.object().get("advice").toString().contains("--add-modules jdk.incubator.vector"));
    }
}
