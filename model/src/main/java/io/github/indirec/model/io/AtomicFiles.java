package io.github.indirec.model.io;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that, whatever happens, either the old content or the complete new one is there: to a temporary name
 * in the same folder, forced to the disk, then moved into place. A full disk or a crash must not cost the last
 * checkpoint.
 *
 * <p>Works with the interrupt flag set, so a cancelled training can still save. For paths of the default file system.
 * Safe for use by many threads; of two that write the same file, one wins.
 */
public final class AtomicFiles {
    /** Attempts at a free temporary name; taken ones are left over from a killed process. */
    private static final int NAME_ATTEMPTS = 100;

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFiles() {}

    /** Writes bytes; see {@link #write(Path, Content)}. */
    public static void write(Path file, byte[] bytes) throws IOException {
        write(file, out -> out.write(bytes));
    }

    /** Writes text in UTF-8; see {@link #write(Path, Content)}. */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes what {@code content} puts into the (buffered) stream. On any failure, its own included, the file that was
     * there is unchanged and the temporary one is gone.
     *
     * @throws IOException naming the file and the reason
     */
    public static void write(Path file, Content content) throws IOException {
        boolean replaces = Files.exists(file);
        try {
            if (Files.isDirectory(file)) {
                throw new FileSystemException(file.toString(), null, "it is a folder");
            }
            // A link stays a link: what it points to is replaced.
            Path target = replaces ? file.toRealPath() : file.toAbsolutePath();
            writeAndMove(target, content);
        } catch (IOException e) {
            String rest = replaces ? "; the file that was there is unchanged" : "; nothing was written";
            throw new IOException("cannot write " + file + ": " + reason(e) + rest, e);
        }
    }

    private static void writeAndMove(Path target, Content content) throws IOException {
        Path temporary = createTemporary(target);
        try {
            // Not a channel: those close themselves when the thread is interrupted.
            try (FileOutputStream raw = new FileOutputStream(temporary.toFile());
                    OutputStream out = new BufferedOutputStream(raw, 1 << 16)) {
                content.writeTo(out);
                out.flush();
                raw.getFD().sync();
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncFolder(target.getParent());
    }

    /** An empty file beside the target. Not {@link Files#createTempFile}: that one is readable by its owner alone. */
    private static Path createTemporary(Path target) throws IOException {
        String stem = "." + target.getFileName() + "." + ProcessHandle.current().pid() + "-";
        for (int attempt = 0; ; attempt++) {
            Path temporary = target.resolveSibling(stem + Long.toHexString(System.nanoTime()) + ".tmp");
            try {
                return Files.createFile(temporary);
            } catch (FileAlreadyExistsException e) {
                if (attempt == NAME_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Makes the move itself survive a power cut, where the system lets a folder be opened. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no folders, and an interrupted thread no channels; the file is in place either way.
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "its folder does not exist (create it first)";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied (choose a folder you may write to)";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
