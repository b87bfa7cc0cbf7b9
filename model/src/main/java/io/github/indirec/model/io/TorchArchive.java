package io.github.indirec.model.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The zip side of a PyTorch checkpoint: entries {@code NAME/data.pkl}, {@code NAME/data/KEY}, perhaps
 * {@code NAME/byteorder}. It hands out checked bytes within a budget, so that no small file can ask for much memory.
 */
final class TorchArchive {
    /**
     * PyTorch stores without compression, so values take as many bytes as the file; twice, as raw bytes and as arrays.
     * The rest is room for archives packed again by hand (fresh optimiser states are zeros).
     */
    private static final int BUDGET_PER_FILE_BYTE = 32;

    private static final long MIN_BUDGET = 1 << 20;

    /** Enough for about 20,000 tensors of 200 bytes; what a pickle builds takes up to 100 times its bytes. */
    private static final int MAX_PICKLE_BYTES = 4 << 20;

    private static final String PICKLE = "data.pkl";

    private final ZipFile zip;
    private final String file;
    private final Map<String, ZipEntry> entries = new HashMap<>();
    private final String prefix;
    private long budget;

    TorchArchive(ZipFile zip, Path path) throws IOException {
        this.zip = zip;
        this.file = path.toString();
        this.budget = Math.max(MIN_BUDGET, Files.size(path) * BUDGET_PER_FILE_BYTE);
        for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
            ZipEntry entry = e.nextElement();
            if (entries.put(entry.getName(), entry) != null) {
                throw wrong(entry.getName(), "one entry of that name", "two");
            }
        }
        this.prefix = prefix();
        requireLittleEndian();
    }

    String file() {
        return file;
    }

    String pickleName() {
        return prefix + PICKLE;
    }

    private String prefix() throws FormatException {
        String found = null;
        for (String name : entries.keySet()) {
            if (name.endsWith("/" + PICKLE)) {
                if (found != null) {
                    throw wrong("", "one entry */" + PICKLE, "two");
                }
                found = name.substring(0, name.length() - PICKLE.length());
            }
        }
        if (found == null) {
            throw new FormatException(
                    file,
                    "",
                    "an entry */" + PICKLE,
                    entries.size() + " entries without it",
                    "this zip archive is no PyTorch checkpoint");
        }
        if (entries.containsKey(found + "constants.pkl")) {
            throw new FormatException(
                    file,
                    found + "constants.pkl",
                    "a state dict",
                    "a TorchScript program",
                    "save the weights alone: torch.save(torch.jit.load(file).state_dict(), other)");
        }
        return found;
    }

    private void requireLittleEndian() throws IOException {
        ZipEntry order = entries.get(prefix + "byteorder");
        if (order != null) {
            String text = new String(bytes(order, 16), StandardCharsets.ISO_8859_1).strip();
            if (!text.equals("little")) {
                throw new FormatException(
                        file, order.getName(), "little", text, "save it on a little-endian machine");
            }
        }
    }

    byte[] pickle() throws IOException {
        return bytes(entries.get(pickleName()), MAX_PICKLE_BYTES);
    }

    /** The raw bytes of a storage. */
    byte[] storage(TorchTensor.Storage storage) throws IOException {
        String name = prefix + "data/" + storage.key();
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw wrong(name, "an entry of that name", "none");
        }
        long length = (long) storage.length() * storage.type().bytes();
        if (entry.getSize() != length) {
            throw wrong(name, length + " bytes", entry.getSize() + " bytes");
        }
        return bytes(entry, NamedArray.MAX_VALUES);
    }

    /** Takes bytes from the budget before they are allocated. */
    void spend(long bytes) throws FormatException {
        budget -= bytes;
        if (budget < 0) {
            throw new FormatException(
                    file,
                    "",
                    "values of at most " + BUDGET_PER_FILE_BYTE + " times the file's size",
                    "more",
                    "pack it again without compression, or save the tensors without views");
        }
    }

    private byte[] bytes(ZipEntry entry, int limit) throws IOException {
        long size = entry.getSize();
        if (size < 0 || size > limit) {
            throw wrong(entry.getName(), "at most " + limit + " bytes", size + " bytes");
        }
        if (entry.getMethod() == ZipEntry.STORED && entry.getCompressedSize() != size) {
            throw wrong(entry.getName(), "equal sizes of a stored entry", size + " and " + entry.getCompressedSize());
        }
        spend(size);
        CRC32 crc = new CRC32();
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) size);
            crc.update(bytes);
            if (bytes.length != size || in.read() >= 0 || crc.getValue() != entry.getCrc()) {
                throw wrong(entry.getName(), size + " bytes of checksum " + entry.getCrc(), "others");
            }
            return bytes;
        }
    }

    private FormatException wrong(String place, String expected, String found) {
        return new FormatException(file, place, expected, found, "the file is damaged: fetch or copy it again");
    }
}
