package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ships is what the sources say: where NVIDIA's compiler is at hand, it is asked again. */
@Tag("ptx")
class PtxRebuildTest {
    /** The one whose output is committed; others compile the sources, to other texts. */
    private static final String PINNED = "V13.0.88";

    @TempDir
    Path temporary;

    @Test
    void theCommittedPtxIsWhatTheSourcesCompileTo() throws Exception {
        String version = version("nvcc");
        Path script = ShippedPtx.FOLDER.resolve("build").toAbsolutePath();
        ShippedPtx.run("sh", script.toString(), temporary.toString());
        assumeTrue(version.contains(PINNED), "the sources compile; nvcc " + PINNED + " alone makes the committed text");
        for (Path file : ShippedPtx.files(".ptx")) {
            byte[] rebuilt = Files.readAllBytes(temporary.resolve(file.getFileName()));
            assertArrayEquals(rebuilt, Files.readAllBytes(file), file + ": its source says otherwise; run build");
        }
    }

    @Test
    void theNewestArchitecturesTakeItToo() throws Exception {
        version("ptxas");
        for (Path file : ShippedPtx.files(".ptx")) {
            for (String architecture : List.of("sm_100", "sm_120")) {
                Path binary = temporary.resolve("kernel.cubin");
                ShippedPtx.run("ptxas", "-arch=" + architecture, "-o", binary.toString(), file.toString());
            }
        }
    }

    private static String version(String compiler) throws Exception {
        String version = "";
        try {
            version = ShippedPtx.run(compiler, "--version");
        } catch (IOException e) {
            assumeTrue(false, "needs " + compiler + " on the PATH: " + e.getMessage());
        }
        return version;
    }
}
