package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.KMeansLadder.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("simulated")
class KMeansLadderTest {
    private static final Path SOURCES = Path.of("..", "kernels", "src", "main", "cuda");

    /** The sizes of the figures in the sources: two tiles of the last rung a side. */
    private static final List<Rung> RUNGS = KMeansLadder.climb(128, 128, 64);

    @Test
    void allRungsFindTheSameCentroids() {
        for (List<Rung> rungs : List.of(RUNGS, KMeansLadder.climb(33, 19, 7), KMeansLadder.climb(1, 1, 1))) {
            int[] shipped = rungs.get(3).assignment();
            for (Rung rung : rungs) {
                assertArrayEquals(shipped, rung.assignment(), rung.name());
            }
        }
    }

    @Test
    void everyRungMovesLessThanTheOneBelow() {
        for (int i = 1; i < RUNGS.size(); i++) {
            Rung below = RUNGS.get(i - 1);
            Rung rung = RUNGS.get(i);
            assertTrue(rung.sectors() < below.sectors(), KMeansLadder.table(RUNGS));
            assertTrue(rung.instructions() < below.instructions(), KMeansLadder.table(RUNGS));
        }
        assertTrue(RUNGS.get(0).sectors() > 5 * RUNGS.get(0).idealSectors(), "the naive kernel wastes sectors");
        assertEquals(RUNGS.get(1).sectors(), RUNGS.get(1).idealSectors(), "tiles use whole sectors");
    }

    @Test
    void theFiguresInTheSourcesAreThoseCounted() throws IOException {
        for (Rung rung : RUNGS.subList(0, 3)) {
            String source = Files.readString(SOURCES.resolve(rung.name() + ".cu"));
            String unwrapped = source.replace("\n// ", " ");
            String expected = "Counted for 128 points, 128 centroids and 64 columns: " + rung.counted() + ".";
            assertTrue(unwrapped.contains(expected), rung.name() + ".cu has no sentence \"" + expected + "\"");
        }
    }
}
