package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a driver reads first: the version and the target decide on which machines the kernels load. */
class PtxHeaderTest {
    @Test
    void everyShippedFileIsPtx8ForAllDevicesSinceTuring() throws Exception {
        assertFalse(ShippedPtx.files(".ptx").isEmpty());
        for (Path file : ShippedPtx.files(".ptx")) {
            List<String> directives = Files.readAllLines(file).stream()
                    .filter(line -> line.matches("\\.(version|target|address_size)\\b.*"))
                    .toList();
            assertEquals(List.of(".version 8.0", ".target sm_75", ".address_size 64"), directives, file.toString());
        }
    }

    @Test
    void everySourceHasItsPtxAndThatIsOnTheClassPath() throws Exception {
        assertEquals(names(".cu"), names(".ptx"));
        for (String name : names(".ptx")) {
            assertNotNull(CudaDriver.class.getResource("/io/github/indirec/kernels/" + name + ".ptx"), name);
        }
    }

    @Test
    void noPathOfTheMachineThatCompiledItIsInTheText() throws Exception {
        for (Path file : ShippedPtx.files(".ptx")) {
            String text = Files.readString(file);
            assertFalse(text.contains(".file") || text.contains(".loc\t") || text.contains("/tmp"), file.toString());
        }
    }

    private static List<String> names(String ending) throws Exception {
        return ShippedPtx.files(ending).stream()
                .map(file -> file.getFileName().toString().replace(ending, ""))
                .toList();
    }
}
