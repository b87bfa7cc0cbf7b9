package io.github.indirec.model.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void oldContent() throws IOException {
        file = folder.resolve("weights");
        Files.writeString(file, "old");
    }

    private void assertOnlyOldContent() throws IOException {
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("weights"), names());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void newContentReplacesTheOldAndLeavesNothingElse() throws IOException {
        AtomicFiles.write(file, "new");
        AtomicFiles.write(folder.resolve("other"), new byte[] {1});
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("other", "weights"), names());
    }

    @Test
    void untilTheEndTheOldContentIsThere() throws IOException {
        AtomicFiles.write(file, out -> {
            out.write(new byte[1 << 20]);
            out.flush();
            assertEquals("old", Files.readString(file));
        });
        assertEquals(1 << 20, Files.size(file));
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNoTemporaryOne() throws IOException {
        IOException e = assertThrows(
                IOException.class,
                () -> AtomicFiles.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }));
        assertEquals(
                "cannot write " + file + ": No space left on device; the file that was there is unchanged",
                e.getMessage());
        assertOnlyOldContent();
    }

    @Test
    void aBugInTheWriterLeavesTheOldFileToo() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFiles.write(file, out -> {
                    out.write(1);
                    throw new IllegalStateException();
                }));
        assertOnlyOldContent();
    }

    @Test
    void aFailedSafeTensorsWriteLeavesTheOldFile() throws IOException {
        NamedArray x = NamedArray.of("x", new int[] {1}, 1f);
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.write(file, Map.of(), List.of(x, x)));
        assertOnlyOldContent();
    }

    @Test
    void aMissingFolderAndAFolderOfThatNameAreNamed() {
        Path missing = folder.resolve("missing").resolve("file");
        String message =
                assertThrows(IOException.class, () -> AtomicFiles.write(missing, "x")).getMessage();
        assertTrue(message.contains(missing.toString()) && message.contains("folder does not exist"), message);
        assertTrue(assertThrows(IOException.class, () -> AtomicFiles.write(folder, "x"))
                .getMessage()
                .contains("it is a folder"));
    }

    @Test
    void aReadOnlyFolderLeavesTheOldFile() throws IOException {
        assumeTrue(folder.toFile().setWritable(false), "skipped: the folder cannot be made read-only here");
        try {
            assumeTrue(!Files.isWritable(folder), "skipped: this user may write everywhere");
            String message =
                    assertThrows(IOException.class, () -> AtomicFiles.write(file, "new")).getMessage();
            assertTrue(message.contains("permission denied"), message);
            assertOnlyOldContent();
        } finally {
            assertTrue(folder.toFile().setWritable(true));
        }
    }

    @Test
    void anInterruptedThreadCanStillSave() throws IOException {
        Thread.currentThread().interrupt();
        try {
            AtomicFiles.write(file, "new");
        } finally {
            assertTrue(Thread.interrupted(), "the flag must stay set");
        }
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "skipped: needs links");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("weights"));
        AtomicFiles.write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aNewFileIsReadableLikeAnyOther() throws IOException {
        Path plain = Files.createFile(folder.resolve("plain"));
        Path written = folder.resolve("written");
        AtomicFiles.write(written, "x");
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "skipped: no permissions");
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(written));
        assertFalse(names().isEmpty());
    }
}
