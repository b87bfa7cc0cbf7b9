package io.github.indirec.model.cli;

import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.train.DivergedException;
import io.github.indirec.tensor.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure means to the user: an exit code and one line. */
record Failure(int exitCode, String message) {
    private static final double GIB = 1 << 30;

    static Failure of(Throwable failure) {
        if (failure instanceof CommandException e) {
            return new Failure(e.exitCode(), e.getMessage());
        }
        if (failure instanceof UncheckedIOException e) {
            return of(e.getCause());
        }
        if (failure instanceof IOException e) {
            return new Failure(ExitCode.BAD_INPUT, message(e));
        }
        if (failure instanceof DeviceException e) {
            return new Failure(ExitCode.NO_DEVICE, e.getMessage());
        }
        if (failure instanceof DivergedException e) {
            return new Failure(ExitCode.DIVERGED, e.getMessage());
        }
        if (failure instanceof OutOfMemoryError) {
            return new Failure(
                    ExitCode.INTERNAL_ERROR,
                    String.format(
                            "out of memory: Java may use %.1f GiB here; allow more with INDIREC_JAVA_OPTS=-Xmx16g, or"
                                    + " need less with a smaller batch_size",
                            Runtime.getRuntime().maxMemory() / GIB));
        }
        return new Failure(
                ExitCode.INTERNAL_ERROR, "internal error: " + failure + "; --verbose shows where it happened");
    }

    private static String message(IOException e) {
        if (e instanceof FormatException) {
            return e.getMessage();
        }
        if (e instanceof NoSuchFileException f) {
            return f.getFile() + ": no such file or folder; check the path";
        }
        if (e instanceof AccessDeniedException f) {
            return f.getFile() + ": permission denied; choose a file or folder you may use";
        }
        if (e instanceof FileAlreadyExistsException f) {
            return f.getFile() + ": is there already, and is no folder; choose another name";
        }
        if (e instanceof NotDirectoryException f) {
            return f.getFile() + ": is no folder; check the path";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getFile() + ": " + f.getReason();
        }
        if (e instanceof CharacterCodingException) {
            return "expected text in UTF-8, found other bytes; is this the right file?";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
