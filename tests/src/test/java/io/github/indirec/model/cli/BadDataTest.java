package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with the data: one line with file, place and remedy, exit code 3, nothing written. */
class BadDataTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "1 1 2 0, 'line 1, column 7'",
        "1 1 2 -3, 'line 1, column 7'",
        "1 1 2 99999999999, 'line 1, column 7'",
        "1 1 2 soap, 'line 1, column 7'",
        "1 1 2, at least 3 items",
        "'1 1 2 3|1 2 3 4', 'line 2'",
        "'1 1 2 3||2 2 3 4', 'line 2'",
        "'', an empty file",
    })
    void wrongSequencesAreRefusedWithTheirPlace(String text, String place) throws IOException {
        Path data = temporary.resolve("sequences.txt");
        Files.writeString(data, text.isEmpty() ? "" : text.replace('|', '\n') + "\n");
        Path out = temporary.resolve("run");
        CommandRun.of("train", "--data", data, "--out", out)
                .failsWith(ExitCode.BAD_INPUT, "sequences.txt: ", place, "expected", "found", ";");
        CommandRun.of("train", "--data", temporary, "--out", out)
                .failsWith(ExitCode.BAD_INPUT, "sequences.txt: ", place);
        assertFalse(Files.exists(out));
    }

    @Test
    void absentDataAreNamed() {
        CommandRun.of("train", "--data", temporary.resolve("none"))
                .failsWith(ExitCode.BAD_INPUT, "none", "no such file or folder");
        CommandRun.of("train", "--data", temporary)
                .failsWith(
                        ExitCode.BAD_INPUT, temporary.resolve("sequences.txt").toString(), "no such file");
        CommandRun.of("train").failsWith(ExitCode.USAGE, "--data");
    }

    @Test
    void aCatalogueOfOtherItemsIsRefused() throws IOException {
        Files.writeString(temporary.resolve("sequences.txt"), "1 1 2 3\n");
        Files.writeString(temporary.resolve("items.tsv"), "item_id\ttitle\n1\tone\n2\ttwo\n");
        CommandRun.of("train", "--data", temporary).failsWith(ExitCode.BAD_INPUT, "items.tsv", "3 items");
    }
}
