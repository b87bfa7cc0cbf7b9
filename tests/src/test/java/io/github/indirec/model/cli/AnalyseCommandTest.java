package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyseCommandTest {
    @TempDir
    Path folder;

    private CommandRun analyse(Object... set) throws IOException {
        Path data = TinyShop.write(folder.resolve("shop"));
        CommandRun.of(TinyShop.trainOptions(data, folder.resolve("run"), set)).succeeds();
        return CommandRun.of(
                "analyse", "diffusion", "--data", data, "--checkpoint", folder.resolve("run/best.safetensors"),
                "--timesteps", "3,6", "--guidance", "-1,0,2", "--json");
    }

    @Test
    void guidanceScalesTheSignalAndLeavesTheNoise() throws IOException {
        List<Map<String, Object>> rows = analyse().succeeds().json();
        assertEquals(6, rows.size());
        for (int first : new int[] {0, 3}) {
            double unguided = (double) rows.get(first + 1).get("signal");
            assertTrue(unguided > 0, "views depend on their mates");
            // (1 + w)^2, within the rounding of float32.
            assertEquals(0, (double) rows.get(first).get("signal"), 1e-10 * unguided);
            assertEquals(9 * unguided, (double) rows.get(first + 2).get("signal"), 1e-4 * unguided);
            for (int row = first; row < first + 3; row++) {
                assertEquals(rows.get(first).get("noise"), rows.get(row).get("noise"));
            }
        }
        assertEquals(3, rows.get(0).get("timesteps"));
        assertEquals(6, rows.get(5).get("timesteps"));
    }

    @Test
    void onlyTheAffineDenoiserIsAnalysed() throws IOException {
        analyse("--set", "denoiser=mlp2").failsWith(ExitCode.BAD_INPUT, "mlp1");
    }

    @Test
    void aSubjectIsAskedFor() {
        CommandRun.of("analyse").failsWith(ExitCode.USAGE, "diffusion");
    }
}
