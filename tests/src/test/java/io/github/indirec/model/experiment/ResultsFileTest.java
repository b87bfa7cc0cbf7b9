package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
    @TempDir
    Path temporary;

    private Path file;

    @BeforeEach
    void file() {
        file = temporary.resolve("results").resolve("shop.jsonl");
    }

    private RunResult collect(long seed, int... ranks) throws IOException {
        PlannedRun run = SampleRuns.planned(temporary.resolve("runs"), "A", Map.of(), seed);
        SampleRuns.finish(run, ranks);
        try (ResultsFile results = ResultsFile.open(file)) {
            return FinishedRun.collect(run, results);
        }
    }

    @Test
    void aResultComesBackAsItWasWithItsRanksBesideTheFile() throws IOException {
        RunResult written = collect(1, 1, 7, 30);
        assertEquals(List.of(written), ResultsFile.read(file));
        assertEquals(4, written.epochs());
        assertEquals(6, written.seconds());
        assertEquals(2, written.metrics().hits10());
        assertFalse(written.cut());
        assertEquals(Map.of("version", "1", "protocol", "full ranking"), written.origin());
        assertEquals(temporary.resolve("results/shop.ranks"), written.ranks().getParent());
        assertArrayEquals(new int[] {1, 7, 30}, UserRanks.read(written.ranks()).ranks());
        assertTrue(Files.readString(file).contains("\"ranks\":\"shop.ranks/shop-a-1-"), "relative, to be committed");
    }

    @Test
    void aResultWithoutANumberOfSettingsTriedIsOfTheOnlyOne() throws IOException {
        RunResult written = collect(1, 1, 7, 30);
        assertEquals(3, written.settingsTried());
        Files.writeString(file, Files.readString(file).replace(",\"settings_tried\":3", ""));
        assertEquals(1, ResultsFile.read(file).get(0).settingsTried());
    }

    @Test
    void aHalfLineIsPassedOverByReadersAndTakenOffBeforeTheNextIsAppended() throws IOException {
        RunResult first = collect(1, 1, 2);
        String whole = Files.readString(file);
        for (String half : List.of("{\"data\": \"sh", "{}", whole.substring(0, whole.length() / 2))) {
            Files.writeString(file, whole + half);
            assertEquals(List.of(first), ResultsFile.read(file));
            try (ResultsFile results = ResultsFile.open(file)) {
                assertTrue(results.repaired());
                assertEquals(List.of(first), results.results());
            }
            assertEquals(whole, Files.readString(file));
        }
        RunResult second = collect(2, 5, 9);
        assertEquals(List.of(first, second), ResultsFile.read(file));
    }

    @Test
    void aWholeLineThatLacksItsEndIsKept() throws IOException {
        RunResult first = collect(1, 1, 2);
        String whole = Files.readString(file);
        Files.writeString(file, whole.stripTrailing());
        try (ResultsFile results = ResultsFile.open(file)) {
            assertEquals(List.of(first), results.results());
        }
        assertEquals(whole, Files.readString(file));
    }

    @Test
    void aBrokenLineInTheMiddleIsNamed() throws IOException {
        collect(1, 1, 2);
        Files.writeString(file, "{\"label\": 3}\n", StandardOpenOption.APPEND);
        FormatException e = assertThrows(FormatException.class, () -> ResultsFile.read(file));
        assertTrue(e.getMessage().contains("line 2") && e.getMessage().contains("\"settings\""), e.getMessage());
    }

    @Test
    void oneAtATimeMayAppend() throws IOException {
        try (ResultsFile open = ResultsFile.open(file)) {
            IOException e = assertThrows(IOException.class, () -> ResultsFile.open(file));
            assertTrue(e.getMessage().contains("in use"), e.getMessage());
            assertEquals(List.of(), open.results());
        }
        ResultsFile.open(file).close();
    }

    @Test
    void ranksThatAreNotThoseOfTheMetricsAreRefused() throws IOException {
        PlannedRun run = SampleRuns.planned(temporary.resolve("runs"), "A", Map.of(), 1);
        SampleRuns.finish(run, 1, 7, 30);
        new UserRanks(SampleRuns.HASH, new int[] {1, 8, 31}).write(run.folder().resolve(UserRanks.IN_RUN_FOLDER));
        try (ResultsFile results = ResultsFile.open(file)) {
            assertThrows(FormatException.class, () -> FinishedRun.collect(run, results));
            assertEquals(List.of(), results.results());
        }
    }
}
