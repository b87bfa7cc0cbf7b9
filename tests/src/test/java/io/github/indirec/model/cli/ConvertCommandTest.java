package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.io.TorchCheckpoint;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
    @TempDir
    Path temporary;

    @Test
    void everyTensorKeepsNameShapeAndValues() throws IOException {
        Path in = SharedFolders.reference().resolve("InDiRec-Beauty-1.pt");
        Path out = temporary.resolve("beauty.safetensors");
        CommandRun run = CommandRun.of("convert", in, out, "--json").succeeds();
        TensorFile before = TorchCheckpoint.read(in);
        TensorFile after = SafeTensors.read(out);
        assertEquals(before.tensors().keySet(), after.tensors().keySet());
        before.tensors().forEach((name, array) -> {
            assertArrayEquals(array.shape(), after.tensors().get(name).shape(), name);
            assertArrayEquals(array.floats(), after.tensors().get(name).floats(), name);
        });
        assertEquals("InDiRec-Beauty-1.pt", after.metadata().get("source"));
        assertEquals(before.tensors().size(), run.object().get("tensors"));
    }

    @Test
    void whatIsNoCheckpointIsRefusedAndLeavesNoFile() throws IOException {
        Path in = temporary.resolve("in.pt");
        Path out = temporary.resolve("out.safetensors");
        Files.writeString(in, "hello");
        CommandRun.of("convert", in, out).failsWith(ExitCode.BAD_INPUT, "in.pt", "PyTorch");
        Files.writeString(in, "");
        CommandRun.of("convert", in, out).failsWith(ExitCode.BAD_INPUT, "in.pt", "empty");
        CommandRun.of("convert", temporary, out).failsWith(ExitCode.BAD_INPUT, "folder");
        CommandRun.of("convert", in, temporary.resolve("out.pt")).failsWith(ExitCode.USAGE, "out.pt", ".safetensors");
        assertFalse(Files.exists(out));
        assertEquals(1, temporary.toFile().list().length);
    }
}
