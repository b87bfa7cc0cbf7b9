package io.github.indirec.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.support.GoldenComparison;
import io.github.indirec.support.GoldenStep;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One training step is the authors' step: losses, gradients and parameters of every {@code train-step-*.safetensors}
 * among the test resources and in the reference folder, with settings read from the file's own metadata. Every tensor of
 * a file is compared; a changed number in one fails with its name.
 */
class GoldenStepTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "golden");

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(stepFiles(RESOURCES));
        Path reference = Path.of(System.getProperty("indirec.reference", ""));
        if (Files.isDirectory(reference)) {
            files.addAll(stepFiles(reference));
        }
        return files;
    }

    private static List<Path> stepFiles(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(f -> f.getFileName().toString().matches("train-step-.*\\.safetensors"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theStepIsTheAuthorsStep(Path path) throws IOException {
        try (Backend backend = Backends.cpu(2)) {
            GoldenStep.check(backend, path, 1);
        }
    }

    @Test
    void aChangedNumberIsNamed() throws IOException {
        TensorFile file = SafeTensors.read(RESOURCES.resolve("train-step-mlp1.safetensors"));
        GoldenComparison compare = new GoldenComparison(file, 1);
        float[] values = file.array("loss.total").floats().clone();
        values[0] += 1e-3f;
        compare.close("loss.total", values);
        AssertionError error =
                assertThrows(AssertionError.class, () -> compare.assertAll(RESOURCES));
        assertTrue(error.getMessage().contains("loss.total"), error.getMessage());
    }
}
