package io.github.indirec.model.experiment;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.FormatException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file of results, open for appending: a JSON object a line, and beside it a folder with the users' ranks. One
 * process at a time may append, by a lock on the file {@code NAME.lock} that ends with the process, whatever becomes of
 * it; reading needs no lock. A line that a crash left half written is taken off when the file is opened next.
 */
public final class ResultsFile implements AutoCloseable {
    private final Path file;
    private final FileChannel lock;
    private final List<RunResult> results;
    private final boolean repaired;

    private ResultsFile(Path file, FileChannel lock, boolean repaired) throws IOException {
        this.file = file;
        this.lock = lock;
        this.repaired = repaired;
        this.results = new ArrayList<>(read(file));
    }

    /** The results of a file, none if there is no such file. A half last line, of a writer or a crash, is left out. */
    public static List<RunResult> read(Path file) throws IOException {
        List<RunResult> results = new ArrayList<>();
        if (!Files.exists(file)) {
            return results;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                results.add(RunResult.of(JSON.std.mapFrom(lines.get(i)), folder(file)));
            } catch (IOException | IllegalArgumentException e) {
                String found = String.valueOf(e.getMessage()).lines().findFirst().orElse("another text");
                throw new FormatException(
                        file.toString(), "line " + (i + 1), "the result of a run", found, "mend or delete it", e);
            }
        }
        return results;
    }

    /**
     * Opens, and makes if need be, a file for appending.
     *
     * @throws IOException if another process, or another thread of this one, has it open
     */
    public static ResultsFile open(Path file) throws IOException {
        Files.createDirectories(folder(file));
        FileChannel lock = FileChannel.open(
                file.resolveSibling(file.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isFree(lock)) {
                throw new IOException(file + " is in use by another experiment; wait until it has ended, or name"
                        + " another file in \"results\"");
            }
            return new ResultsFile(file, lock, repair(file));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Takes a half line off the end, or ends a whole one that lacks its line end only; whether there was one. */
    private static boolean repair(Path file) throws IOException {
        String text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        if (text.isEmpty() || text.endsWith("\n")) {
            return false;
        }
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        String last = text.substring(whole.length());
        AtomicFiles.write(file, isResult(last, file) ? text + "\n" : whole);
        return true;
    }

    private static boolean isResult(String line, Path file) {
        try {
            RunResult.of(JSON.std.mapFrom(line), folder(file));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether the last line was found without its end, and mended, when this was opened. */
    public boolean repaired() {
        return repaired;
    }

    /** All results, those appended since included. */
    public List<RunResult> results() {
        return List.copyOf(results);
    }

    /** Where the ranks of a run of that name go. */
    Path ranksFile(String name) {
        String own = file.getFileName().toString();
        String stem = own.contains(".") ? own.substring(0, own.lastIndexOf('.')) : own;
        return folder(file).resolve(stem + ".ranks").resolve(name + ".ranks");
    }

    /** Appends a result, forced to the disk. Its ranks must be written before: a line promises them. */
    void append(RunResult result) throws IOException {
        String line = JSON.std.asString(result.toMap(folder(file))) + "\n";
        // Not a channel: those close themselves when the thread is interrupted.
        try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        results.add(result);
    }

    /** A result as this file has it. */
    public Map<String, Object> json(RunResult result) {
        return result.toMap(folder(file));
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? Path.of("") : folder;
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
