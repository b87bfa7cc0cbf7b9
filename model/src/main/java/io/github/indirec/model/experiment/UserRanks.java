package io.github.indirec.model.experiment;

import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The rank of every user's test item: what two models are tested against each other by. In a file it takes one or two
 * bytes a user, so that the results of a whole study can be committed.
 *
 * <pre>
 * "INDRANK1"              8 bytes of ASCII
 * SHA-256 of the data    32 bytes
 * users                   4 bytes, little-endian
 * ranks, by line of the data: from 1, in groups of 7 bits, the lowest first,
 * the top bit set in all groups but the last (LEB128)
 * CRC-32 of all the above 4 bytes, little-endian
 * </pre>
 *
 * @param dataSha256 checksum of the data file, in hexadecimal
 * @param ranks by line of the data, from 1; not copied
 */
public record UserRanks(String dataSha256, int[] ranks) {
    /** The name of this file in a run folder. */
    public static final String IN_RUN_FOLDER = "test.ranks";

    private static final byte[] MAGIC = "INDRANK1".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;
    private static final int HEADER_BYTES = MAGIC.length + HASH_BYTES + Integer.BYTES;

    /** Writes the file, as a whole or not at all. */
    public void write(Path file) throws IOException {
        ByteArrayOutputStream varints = new ByteArrayOutputStream(2 * ranks.length);
        for (int rank : ranks) {
            int rest = rank;
            for (; rest > 0x7F; rest >>>= 7) {
                varints.write(rest & 0x7F | 0x80);
            }
            varints.write(rest);
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + varints.size() + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put(HexFormat.of().parseHex(dataSha256))
                .putInt(ranks.length)
                .put(varints.toByteArray());
        out.putInt(checksum(out.array()));
        AtomicFiles.write(file, out.array());
    }

    /**
     * Reads such a file.
     *
     * @throws FormatException if it is none, or was changed since
     */
    public static UserRanks read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES + Integer.BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw broken(file, "a file that begins with INDRANK1", "another one");
        }
        if (in.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
            throw broken(file, "the bytes that were written (by their CRC-32)", "others");
        }
        byte[] hash = new byte[HASH_BYTES];
        in.position(MAGIC.length);
        in.get(hash);
        int users = in.getInt();
        if (users < 0 || users > in.remaining() - Integer.BYTES) {
            throw broken(file, "a rank for each of " + users + " users", in.remaining() - Integer.BYTES + " bytes");
        }
        int[] ranks = new int[users];
        try {
            for (int user = 0; user < users; user++) {
                ranks[user] = varint(in);
            }
        } catch (BufferUnderflowException e) {
            throw broken(file, "a rank for each of " + users + " users", "fewer");
        }
        return new UserRanks(HexFormat.of().formatHex(hash), ranks);
    }

    private static int varint(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static int checksum(byte[] file) {
        CRC32 crc = new CRC32();
        crc.update(file, 0, file.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    private static FormatException broken(Path file, String expected, String found) {
        return new FormatException(file.toString(), "", expected, found, "restore it, or do the run again");
    }
}
