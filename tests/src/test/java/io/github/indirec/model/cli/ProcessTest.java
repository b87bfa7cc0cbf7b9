package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.autograd.Tape;
import io.github.indirec.tensor.Tensor;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What only a process of its own can show: signals, and a disk with no room left. */
class ProcessTest {
    private static final int SECONDS = 30;

    @TempDir
    Path temporary;

    @Test
    void theFirstCtrlCSavesTheStateAndTheRunEndsInTheBytesOfOneThatWasNotStopped() throws Exception {
        Path data = TinyShop.write(temporary.resolve("shop"));
        Path stopped = temporary.resolve("stopped");
        // Long enough to be caught in the act.
        Process process = start("", TinyShop.trainOptions(data, stopped, "--set", "patience=100000"), "epochs=100000");
        waitFor(stopped.resolve("metrics.jsonl"), process);
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        boolean heard = log().contains("stopping at the end of the batch");
        assumeTrue(ended || heard, "skipped: SIGINT is ignored here, as in the background of some shells");
        assertTrue(ended, log());
        assertEquals(ExitCode.INTERRUPTED, process.exitValue(), log());
        assertTrue(log().contains("go on with: indirec train --resume"), log());

        int epochs = Files.readAllLines(stopped.resolve("metrics.jsonl")).size() + 2;
        Path config = stopped.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"100000\"", "\"" + epochs + "\""));
        CommandRun.of("train", "--resume", stopped).succeeds();
        Path whole = temporary.resolve("whole");
        CommandRun.of(withEpochs(TinyShop.trainOptions(data, whole, "--set", "patience=" + epochs), "epochs=" + epochs))
                .succeeds();
        assertEquals(-1, Files.mismatch(whole.resolve("last.safetensors"), stopped.resolve("last.safetensors")));
        assertEquals(-1, Files.mismatch(whole.resolve("best.safetensors"), stopped.resolve("best.safetensors")));
    }

    @Test
    void aFullDiskLosesNoEarlierCheckpoint() throws Exception {
        Path data = TinyShop.write(temporary.resolve("shop"));
        Path run = temporary.resolve("run");
        CommandRun.watched(
                line -> {
                    if (line.startsWith("epoch 1 of 4")) {
                        Thread.currentThread().interrupt();
                    }
                },
                TinyShop.trainOptions(data, run));
        byte[] best = Files.readAllBytes(run.resolve("best.safetensors"));
        byte[] last = Files.readAllBytes(run.resolve("last.safetensors"));
        assertTrue(best.length > 16 << 10, "the limit below must be smaller than a checkpoint");
        // No file may grow beyond 16 blocks (8 or 16 KB): as good as a full disk.
        Process process = start("ulimit -f 16; ", new Object[] {"train", "--resume", run}, "");
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(ExitCode.BAD_INPUT, process.exitValue(), log());
        assertTrue(log().contains("cannot write") && log().contains("the file that was there is unchanged"), log());
        assertEquals(best.length, Files.size(run.resolve("best.safetensors")));
        assertArrayEquals(last, Files.readAllBytes(run.resolve("last.safetensors")));
        CommandRun.of("train", "--resume", run).succeeds();
    }

    private Process start(String before, Object[] args, String epochs) throws IOException, URISyntaxException {
        List<String> words = new ArrayList<>();
        for (Object arg : epochs.isEmpty() ? args : withEpochs(args, epochs)) {
            words.add("'" + arg + "'");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        before + "exec '" + java + "' -XX:-UsePerfData -cp '" + classPath() + "' "
                                + Main.class.getName() + " " + String.join(" ", words))
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile())
                .start();
    }

    private static Object[] withEpochs(Object[] args, String epochs) {
        Object[] changed = args.clone();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i].toString().startsWith("epochs=")) {
                changed[i] = epochs;
            }
        }
        return changed;
    }

    /** Where the classes of the command line come from, however this test was started. */
    private static String classPath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(
                Main.class,
                Tape.class,
                Tensor.class,
                CommandLine.class,
                ProgressBar.class,
                JSON.class,
                JsonFactory.class,
                IntArrayList.class)) {
            String place = Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
            if (!places.contains(place)) {
                places.add(place);
            }
        }
        return String.join(":", places);
    }

    private void waitFor(Path file, Process process) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.exists(file) || Files.size(file) == 0) {
            assertTrue(process.isAlive() && System.nanoTime() < end, log());
            Thread.sleep(20);
        }
    }

    private String log() throws IOException {
        return Files.readString(temporary.resolve("log"));
    }
}
