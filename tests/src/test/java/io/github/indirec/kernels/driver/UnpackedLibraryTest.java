package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibraryTest {
    /** Long enough that two processes are at it at once. */
    private static final int BYTES = 32 << 20;

    /** In which the children have all started. */
    private static final int START_MILLIS = 2000;

    private static final String NAME = "libsample.so";

    @TempDir
    Path root;

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return content;
    }

    @Test
    void aFileThatIsWholeIsUsedAgainAndOneThatIsNotIsRepaired() throws Exception {
        byte[] content = content(1000);
        Path file = UnpackedLibrary.of(root, NAME, content);
        assertArrayEquals(content, Files.readAllBytes(file));
        FileTime old = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, old);
        assertEquals(file, UnpackedLibrary.of(root, NAME, content));
        assertEquals(old, Files.getLastModifiedTime(file), "written again without need");

        Files.write(file, new byte[10]);
        assertArrayEquals(content, Files.readAllBytes(UnpackedLibrary.of(root, NAME, content)));
        byte[] changed = content.clone();
        changed[999]++;
        Files.write(file, changed);
        assertArrayEquals(content, Files.readAllBytes(UnpackedLibrary.of(root, NAME, content)));
        assertEquals(List.of(NAME), names(file.getParent()));
    }

    @Test
    void anotherBuildGoesToAnotherFolder() throws Exception {
        assertNotEquals(UnpackedLibrary.of(root, NAME, content(10)), UnpackedLibrary.of(root, NAME, content(11)));
    }

    @Test
    void processesThatUnpackAtOnceAllFindTheWholeFile() throws Exception {
        long start = System.currentTimeMillis() + START_MILLIS;
        List<ChildJvm> children = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            children.add(ChildJvm.start(List.of(), Unpack.class, root, start));
        }
        Path file = null;
        for (ChildJvm child : children) {
            String[] words = child.await().succeeds().output().strip().split(" ");
            assertEquals("whole", words[0]);
            file = Path.of(words[1]);
        }
        assertEquals(List.of(NAME), names(file.getParent()));
    }

    @Test
    void aProcessThatIsKilledWhileItUnpacksDoesNoHarm() throws Exception {
        Path folder = UnpackedLibrary.of(root, NAME, content(BYTES)).getParent();
        Files.delete(folder.resolve(NAME));
        ChildJvm killed = ChildJvm.start(List.of(), UnpackForever.class, root);
        while (names(folder).isEmpty()) {
            Thread.sleep(1);
        }
        killed.kill();
        String output = ChildJvm.start(List.of(), Unpack.class, root, 0).await().succeeds().output();
        assertTrue(output.startsWith("whole"), output);
    }

    /** Unpacks when it is time, and says whether what is there is whole. */
    static final class Unpack {
        private Unpack() {}

        public static void main(String[] arguments) throws Exception {
            byte[] content = content(BYTES);
            Thread.sleep(Math.max(0, Long.parseLong(arguments[1]) - System.currentTimeMillis()));
            Path file = UnpackedLibrary.of(Path.of(arguments[0]), NAME, content);
            boolean whole = Arrays.equals(content, Files.readAllBytes(file));
            System.out.println((whole ? "whole " : "damaged ") + file);
        }
    }

    /** Unpacks again and again, to be killed. */
    static final class UnpackForever {
        private UnpackForever() {}

        public static void main(String[] arguments) throws IOException {
            while (true) {
                Files.delete(UnpackedLibrary.of(Path.of(arguments[0]), NAME, content(BYTES)));
            }
        }
    }

    @Test
    void theFolderIsItsOwnersAlone() throws Exception {
        assumeTrue(root.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        Path own = UnpackedLibrary.of(root, NAME, content(10)).getParent().getParent();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        // Whoever can write there could put another library in our place.
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        IOException error = assertThrows(IOException.class, () -> UnpackedLibrary.of(root, NAME, content(10)));
        assertTrue(error.getMessage().contains("java.io.tmpdir"), error.getMessage());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
