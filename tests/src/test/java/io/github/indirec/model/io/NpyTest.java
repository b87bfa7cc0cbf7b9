package io.github.indirec.model.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    private static final float[] SIX = {1f, -2f, 0.5f, 65504f, -0f, 0x1p-24f};

    @TempDir
    Path folder;

    /** A file as numpy.save writes it: the header padded with blanks so that the values begin at a multiple of 64. */
    static byte[] file(int version, String header, byte[] values) {
        int lengthBytes = version == 1 ? 2 : 4;
        int padding = 63 - (8 + lengthBytes + header.length()) % 64;
        byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + lengthBytes + text.length + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        return file.put(text).put(values).array();
    }

    static String header(String dtype, String shape) {
        return "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
    }

    static byte[] bytes(String dtype, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (dtype) {
                case "<f4" -> buffer.putFloat(value);
                case "<f8" -> buffer.putDouble(value);
                default -> buffer.putShort(half(value));
            }
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** The bits of a value that float16 holds exactly, found among all of them. */
    private static short half(float value) {
        for (int bits = 0; bits < 1 << 16; bits++) {
            if (Float.floatToRawIntBits(Npy.half((short) bits)) == Float.floatToRawIntBits(value)) {
                return (short) bits;
            }
        }
        throw new AssertionError(value);
    }

    private NamedArray read(byte[] file) throws IOException {
        return Npy.read(new ByteArrayInputStream(file), file.length, "test.npy", "x");
    }

    private String refusal(byte[] file) {
        return assertThrows(FormatException.class, () -> read(file)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"1, <f4", "2, <f4", "3, <f4", "1, <f8", "1, <f2", "3, <f2"})
    void everyVersionAndTypeIsReadBitForBit(int version, String dtype) throws IOException {
        byte[] bytes = file(version, header(dtype, "(2, 3)"), bytes(dtype, SIX));
        NamedArray array = Npy.read(Files.write(folder.resolve("a.npy"), bytes), "x");
        assertEquals("x " + (dtype.equals("<f8") ? "F64" : "F32") + "[2, 3]", array.toString());
        for (int i = 0; i < SIX.length; i++) {
            float value = dtype.equals("<f8") ? (float) array.doubles()[i] : array.floats()[i];
            assertEquals(Float.floatToRawIntBits(SIX[i]), Float.floatToRawIntBits(value), "value " + i);
        }
    }

    @Test
    void halvesAreExact() {
        assertEquals(1f, Npy.half((short) 0x3c00));
        assertEquals(-2f, Npy.half((short) 0xc000));
        assertEquals(65504f, Npy.half((short) 0x7bff));
        assertEquals(0x1p-14f, Npy.half((short) 0x0400), "smallest normal");
        assertEquals(1023 * 0x1p-24f, Npy.half((short) 0x03ff), "largest subnormal");
        assertEquals(0x3eaaa000, Float.floatToRawIntBits(Npy.half((short) 0x3555)), "about a third");
        assertEquals(Float.NEGATIVE_INFINITY, Npy.half((short) 0xfc00));
        assertTrue(Float.isNaN(Npy.half((short) 0x7e01)));
    }

    @Test
    void aFileLargerThanTheBufferSurvives() throws IOException {
        int count = 70_001;
        byte[] bytes = new byte[2 * count];
        for (int i = 0; i < count; i++) {
            bytes[2 * i] = (byte) i;
            bytes[2 * i + 1] = (byte) (0x3c | i >> 8 & 3);
        }
        float[] values = read(file(1, header("<f2", "(70001,)"), bytes)).floats();
        for (int i = 0; i < count; i++) {
            assertEquals(1 + (i & 0x3ff) * 0x1p-10f, values[i]);
        }
    }

    @Test
    void scalarsVectorsAndOtherOrdersOfTheKeysAreRead() throws IOException {
        byte[] one = bytes("<f4", 7f);
        assertArrayEquals(new int[0], read(file(1, header("<f4", "()"), one)).shape());
        assertArrayEquals(new int[] {1}, read(file(1, header("<f4", "(1,)"), one)).shape());
        assertArrayEquals(new int[] {0, 5}, read(file(1, header("<f4", "(0, 5)"), new byte[0])).shape());
        String turned = "{ 'shape':(1,1), 'descr':'<f4','fortran_order' : False}";
        assertArrayEquals(new float[] {7}, read(file(1, turned, one)).floats());
    }

    @Test
    void whatTheReaderDoesNotTakeIsRefusedWithTheRemedy() {
        byte[] values = bytes("<f4", SIX);
        String fortran = header("<f4", "(2, 3)").replace("False", "True");
        assertTrue(refusal(file(1, fortran, values)).contains("ascontiguousarray"));
        for (String dtype : new String[] {">f4", "<i8", "|O", "<f16", "<U3"}) {
            String message = refusal(file(1, header(dtype, "(2, 3)"), values));
            assertTrue(message.contains(dtype) && message.contains("astype"), message);
        }
        String fields = header("<f4", "(2, 3)").replace("'<f4'", "[('a', '<f4')]");
        assertTrue(refusal(file(1, fields, values)).contains("astype"));
        assertTrue(refusal(file(4, header("<f4", "(2, 3)"), values)).contains("found 4.0"));
        assertTrue(refusal("PK\3\4 a zip".getBytes(StandardCharsets.ISO_8859_1)).contains("numpy.save"));
        assertTrue(refusal(new byte[0]).contains("an empty file"));
    }

    @Test
    void aShapeThatDoesNotFitTheBytesIsRefused() {
        byte[] values = bytes("<f4", SIX);
        assertTrue(refusal(file(1, header("<f4", "(2, 2)"), values)).contains("expected 16 bytes"));
        assertTrue(refusal(file(1, header("<f4", "(2, 4)"), values)).contains("cut off"));
        assertTrue(refusal(file(1, header("<f4", "(2147483647, 2147483647)"), values)).contains("at most"));
        assertTrue(refusal(file(1, header("<f4", "(99999999999, 1)"), values)).contains("99999999999"));
        assertTrue(refusal(file(1, header("<f4", "(2, 3, x)"), values)).contains("damaged"));
        assertTrue(refusal(file(1, header("<f4", "(2 3)"), values)).contains("damaged"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'descr': '<f4', 'fortran_order': False}",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 'y'}",
                "{'descr': (1, 2), 'fortran_order': False, 'shape': (2, 3), } import os",
                "{'descr': '<f4', 'fortran_order': False, 'shape': 'a'}",
                "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (2, 3)}"
            })
    void aHeaderThatIsNotThoseThreeKeysIsRefused(String header) {
        assertTrue(refusal(file(1, header, bytes("<f4", SIX))).contains("damaged"));
    }

    @Test
    void everyPrefixIsRefused() throws IOException {
        for (int version : new int[] {1, 2}) {
            byte[] whole = file(version, header("<f4", "(2, 3)"), bytes("<f4", SIX));
            assertEquals(6, read(whole).size());
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThrows(FormatException.class, () -> read(cut), "length " + length);
            }
        }
    }

    @Test
    void anyDamageIsRefusedOrHarmless() {
        for (int version = 1; version <= 3; version++) {
            byte[] valid = file(version, header("<f4", "(2, 3)"), bytes("<f4", SIX));
            assertTrue(ByteMutator.countRefusals(valid, 1_500, 11 * version, this::read) > 500);
        }
    }
}
