package io.github.indirec.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of recorded numbers and of data sets, which are too large, or not ours, to ship. A test that needs one is
 * skipped, saying which property would name it.
 */
public final class SharedFolders {
    private SharedFolders() {}

    /** Numbers recorded from the authors' implementation; named by the system property {@code indirec.reference}. */
    public static Path reference() {
        return folder("indirec.reference");
    }

    /** Data sets; named by the system property {@code indirec.data}. */
    public static Path data() {
        return folder("indirec.data");
    }

    private static Path folder(String property) {
        String value = System.getProperty(property);
        assumeTrue(value != null, "skipped: the system property " + property + " names no folder");
        Path folder = Path.of(value);
        assumeTrue(Files.isDirectory(folder), "skipped: -D" + property + "=" + value + " is no folder");
        return folder;
    }
}
