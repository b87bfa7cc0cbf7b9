package io.github.indirec.model.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle and the arguments that opcodes carry in them, each checked against what is left. */
final class PickleInput {
    /** Longest line, half of the name of a global. */
    private static final int MAX_LINE = 256;

    private final ByteBuffer in;
    private final String file;
    private final String entry;
    private int opcodeAt;

    PickleInput(byte[] pickle, String file, String entry) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        this.file = file;
        this.entry = entry;
    }

    int opcode() throws FormatException {
        opcodeAt = in.position();
        return uint8();
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    int uint8() throws FormatException {
        return Byte.toUnsignedInt(take(1).get());
    }

    int uint16() throws FormatException {
        return Short.toUnsignedInt(take(2).getShort());
    }

    int int32() throws FormatException {
        return take(4).getInt();
    }

    void skip(int length) throws FormatException {
        take(length);
    }

    /** A whole number of one byte of length and as many bytes, the last of which carries the sign. */
    long longInteger() throws FormatException {
        int length = uint8();
        if (length > Long.BYTES) {
            throw wrong("an integer of at most 8 bytes", length + " bytes");
        }
        ByteBuffer bytes = take(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            long octet = i == length - 1 ? bytes.get() : Byte.toUnsignedLong(bytes.get());
            value |= octet << (8 * i);
        }
        return value;
    }

    /** Four bytes of length and as many of UTF-8. */
    String text() throws FormatException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(take(int32())).toString();
        } catch (CharacterCodingException e) {
            throw wrong("a text in UTF-8", "other bytes");
        }
    }

    /** Printable ASCII up to a line feed. */
    String line() throws FormatException {
        StringBuilder line = new StringBuilder();
        for (char c = (char) uint8(); c != '\n'; c = (char) uint8()) {
            if (c < ' ' || c > '~' || line.length() == MAX_LINE) {
                throw wrong("a name of at most " + MAX_LINE + " ASCII characters", "something else");
            }
            line.append(c);
        }
        return line.toString();
    }

    /** The next {@code length} bytes; a length from the file itself may be negative, which means above 2^31. */
    private ByteBuffer take(int length) throws FormatException {
        if (length < 0 || length > in.remaining()) {
            throw wrong(Integer.toUnsignedString(length) + " bytes more", in.remaining() + " to the pickle's end");
        }
        ByteBuffer bytes = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return bytes;
    }

    /** An error at the current opcode. */
    FormatException wrong(String expected, String found, String remedy) {
        return new FormatException(file, entry + " byte " + opcodeAt, expected, found, remedy);
    }

    /** An error at the current opcode that only damage, or another kind of file, can explain. */
    FormatException wrong(String expected, String found) {
        return wrong(
                expected,
                found,
                "is this a state dict written by torch.save(model.state_dict(), file)? If so, fetch it again");
    }
}
