package io.github.indirec.model.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads weights in whichever format a file has, told by its content: names and suffixes are the user's own business.
 */
public final class Checkpoints {
    private Checkpoints() {}

    /** Reads a {@link SafeTensors} or {@link TorchCheckpoint} file. */
    public static TensorFile readWeights(Path file) throws IOException {
        byte[] start = firstBytes(file);
        // First, since a header's length may look like a zip's or a pickle's start; neither of those has a '{' here.
        if (start.length > SafeTensorsHeader.PREFIX_BYTES && start[SafeTensorsHeader.PREFIX_BYTES] == '{') {
            return SafeTensors.read(file);
        }
        if (isZip(start) || isPickle(start)) {
            return TorchCheckpoint.read(file);
        }
        throw new FormatException(
                file.toString(),
                "byte 0",
                "a safetensors file or a PyTorch checkpoint",
                describe(start),
                "is this a weight file?");
    }

    static byte[] firstBytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(16);
        }
    }

    static boolean isZip(byte[] start) {
        return start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
    }

    /** A bare pickle of protocol 2 or later: PyTorch before 1.6. */
    static boolean isPickle(byte[] start) {
        return start.length >= 2 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
    }

    static String describe(byte[] start) {
        if (start.length == 0) {
            return "an empty file";
        }
        StringBuilder text = new StringBuilder("bytes");
        for (int i = 0; i < Math.min(8, start.length); i++) {
            text.append(String.format(" %02x", start[i]));
        }
        return text.toString();
    }
}
