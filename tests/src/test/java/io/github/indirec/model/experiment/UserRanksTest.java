package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserRanksTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir
    Path temporary;

    @Test
    void ranksOfAnySizeComeBack() throws IOException {
        Path file = temporary.resolve("a.ranks");
        int[] ranks = {1, 127, 128, 16_383, 16_384, 12_101, 2_097_152, 50_000_000, Integer.MAX_VALUE};
        new UserRanks(HASH, ranks).write(file);
        UserRanks read = UserRanks.read(file);
        assertEquals(HASH, read.dataSha256());
        assertArrayEquals(ranks, read.ranks());
        new UserRanks(HASH, new int[0]).write(file);
        assertEquals(0, UserRanks.read(file).ranks().length);
    }

    @Test
    void thoseOfBeautyTakeLessThanFiftyKilobytes() throws IOException {
        Path file = temporary.resolve("beauty.ranks");
        new UserRanks(HASH, new SplittableRandom(1).ints(22_363, 1, 12_102).toArray()).write(file);
        assertTrue(Files.size(file) < 50_000, "found " + Files.size(file));
    }

    @Test
    void anyChangedByteAndAnyCutIsNoticed() throws IOException {
        Path file = temporary.resolve("a.ranks");
        new UserRanks(HASH, new int[] {3, 200, 70_000}).write(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) 0x80;
            Files.write(file, changed);
            assertThrows(FormatException.class, () -> UserRanks.read(file), "byte " + i);
            Files.write(file, Arrays.copyOf(bytes, i));
            assertThrows(FormatException.class, () -> UserRanks.read(file), "cut to " + i);
        }
    }
}
