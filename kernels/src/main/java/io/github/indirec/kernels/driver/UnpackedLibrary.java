package io.github.indirec.kernels.driver;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * A native library as a file that is whole, ours, and never half written: in a folder that only its owner may enter,
 * named by what is in it, and moved there in one step.
 *
 * <p>JCuda itself unpacks under one fixed name for all users, and takes whatever stands there already: what an
 * interrupted process has left of it ends the JVM (SIGBUS).
 */
final class UnpackedLibrary {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** Enough of SHA-256 to tell builds apart. */
    private static final int KEY_CHARACTERS = 16;

    private UnpackedLibrary() {}

    /**
     * The file of a library, written if it is not there or damaged. Any number of processes may do so at once.
     *
     * @param root where the folder is made, as java.io.tmpdir
     * @param content what is in the file
     */
    static Path of(Path root, String fileName, byte[] content) throws IOException {
        Path own = privateFolder(root.resolve("indirec-" + System.getProperty("user.name")));
        Path folder = Files.createDirectories(own.resolve(key(content)));
        Path file = folder.resolve(fileName);
        if (!holds(file, content)) {
            write(file, content);
        }
        return file;
    }

    private static String key(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest).substring(0, KEY_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try {
            Files.write(part, content);
            try {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                throw e;
            } catch (FileSystemException e) {
                // Windows does not replace a library that another process has loaded: then that one has written it.
                if (!holds(file, content)) {
                    throw e;
                }
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A folder that nobody else can have prepared for us. */
    private static Path privateFolder(Path folder) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            return posix
                    ? Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE))
                    : Files.createDirectory(folder, new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            if (posix && !isPrivate(folder)) {
                throw new IOException("unpacking native libraries: " + folder + " can be written by others; remove it,"
                        + " or name another folder for temporary files with -Djava.io.tmpdir", e);
            }
            return folder;
        }
    }

    private static boolean isPrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(PRIVATE)) {
            return false;
        }
        Path probe = Files.createTempFile(folder, "owner", null);
        try {
            return Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe));
        } finally {
            Files.delete(probe);
        }
    }
}
