package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.demo.PlantedIntents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal runs end in equal bytes: whatever the threads, the vectors, the JDK, and however often they were killed. */
@Tag("training")
class DeterminismTest {
    private static final List<String> VECTOR = List.of("--add-modules", "jdk.incubator.vector");
    private static final Path THIS_JDK = Path.of(System.getProperty("java.home"));

    @TempDir
    static Path folder;

    private static Path data;
    private static Path reference;

    @BeforeAll
    static void trainOnce() throws IOException, InterruptedException {
        data = folder.resolve("data");
        PlantedIntents.generate(1, 2_000).write(data);
        reference = folder.resolve("reference");
        TrainingProcess.runToEnd(THIS_JDK, VECTOR, data, reference, 1);
    }

    private static void assertSameRun(String variant, Path javaHome, List<String> flags, int threads)
            throws IOException, InterruptedException {
        Path run = folder.resolve(variant);
        TrainingProcess.runToEnd(javaHome, flags, data, run, threads);
        assertSameBytes(variant, run);
    }

    private static void assertSameBytes(String variant, Path run) throws IOException {
        for (String file : List.of("best.safetensors", "last.safetensors")) {
            long difference = Files.mismatch(reference.resolve(file), run.resolve(file));
            assertEquals(-1, difference, variant + ": " + file + " differs at byte " + difference);
        }
        assertEquals(
                withoutSeconds(reference.resolve("metrics.jsonl")), withoutSeconds(run.resolve("metrics.jsonl")), variant);
    }

    /** Digits of a double print alike on every JDK only up to the last one: compared to twelve. */
    private static List<String> withoutSeconds(Path metrics) throws IOException {
        return Files.readAllLines(metrics).stream()
                .map(line -> line.replaceAll("\"epoch_seconds\":[^,]*,\"phase_seconds\":\\{[^}]*\\},", "")
                        .replaceAll("(\\d\\.\\d{12})\\d*", "$1"))
                .toList();
    }

    @Test
    void threadsDoNotMatter() throws IOException, InterruptedException {
        for (int threads : new int[] {2, 3, 8}) {
            assertSameRun(threads + "-threads", THIS_JDK, VECTOR, threads);
        }
    }

    @Test
    void vectorWidthDoesNotMatter() throws IOException, InterruptedException {
        assertSameRun("avx2", THIS_JDK, List.of(VECTOR.get(0), VECTOR.get(1), "-XX:UseAVX=2"), 2);
    }

    @Test
    void theVectorApiDoesNotMatter() throws IOException, InterruptedException {
        assertSameRun("scalar", THIS_JDK, List.of(), 2);
    }

    @Test
    void theJdkDoesNotMatter() throws IOException, InterruptedException {
        for (Path jdk : otherJdks()) {
            assertSameRun("other-" + jdk.getFileName(), jdk, VECTOR, 2);
        }
    }

    /** JDKs of 17 or later beside the one that runs this test. */
    private static List<Path> otherJdks() throws IOException {
        List<Path> jdks = new ArrayList<>();
        Path here = THIS_JDK.toRealPath();
        try (Stream<Path> siblings = Files.list(here.getParent())) {
            for (Path jdk : siblings.sorted().toList()) {
                Path release = jdk.resolve("release");
                if (!Files.isSymbolicLink(jdk) && !jdk.equals(here) && Files.isRegularFile(release)) {
                    String version = Files.readString(release).replaceAll("(?s).*JAVA_VERSION=\"(\\d+).*", "$1");
                    if (version.matches("\\d+") && Integer.parseInt(version) >= 17) {
                        jdks.add(jdk);
                    }
                }
            }
        }
        return jdks;
    }

    @Test
    void aRunThatIsKilledAgainAndAgainEndsInTheSameBytes() throws IOException, InterruptedException {
        long seed = 20_260_102;
        Random random = new Random(seed);
        Path run = folder.resolve("killed");
        int kills = 0;
        for (int attempt = 0; ; attempt++) {
            Process process = TrainingProcess.start(THIS_JDK, VECTOR, data, run, 2);
            boolean done = process.waitFor(attempt < 6 ? 1_000 + random.nextInt(3_000) : 120_000, TimeUnit.MILLISECONDS);
            if (done) {
                assertEquals(0, process.exitValue(), Files.readString(Path.of(run + ".log")));
                break;
            }
            process.destroyForcibly().waitFor();
            kills++;
        }
        assertTrue(kills > 0, "no kill came in time; seed " + seed);
        assertSameBytes("killed " + kills + " times, seed " + seed, run);
    }
}
