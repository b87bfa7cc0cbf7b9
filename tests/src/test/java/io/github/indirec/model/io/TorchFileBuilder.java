package io.github.indirec.model.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts PyTorch checkpoints together byte by byte, sound ones and hostile ones. */
final class TorchFileBuilder {
    /** A pickle written opcode by opcode. */
    static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            op(0x80, 2);
        }

        Pickle op(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }

        Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Pickle global(String module, String name) {
            return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        Pickle text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return op('X').int32(bytes.length).raw(bytes);
        }

        Pickle number(long value) {
            if (value == (int) value) {
                return op('J').int32((int) value);
            }
            return op(0x8a, 8).raw(littleEndian(8).putLong(0, value).array());
        }

        Pickle int32(int value) {
            return raw(littleEndian(4).putInt(0, value).array());
        }

        Pickle tuple(long... values) {
            op('(');
            for (long value : values) {
                number(value);
            }
            return op('t');
        }

        /** OrderedDict() and the mark of its items. */
        Pickle beginDict() {
            return global("collections", "OrderedDict").op(')', 'R', '(');
        }

        Pickle endDict() {
            return op('u');
        }

        /** A tensor over storage {@code key} of {@code length} elements. */
        Pickle tensor(String storageClass, String key, long length, long offset, long[] shape, long[] strides) {
            global("torch._utils", "_rebuild_tensor_v2").op('(', '(').text("storage").global("torch", storageClass);
            text(key).text("cpu").number(length).op('t', 'Q').number(offset).tuple(shape).tuple(strides);
            return op(0x89).global("collections", "OrderedDict").op(')', 'R', 't', 'R');
        }

        byte[] stop() {
            return op('.').out.toByteArray();
        }
    }

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private boolean deflated;

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] floats(float... values) {
        ByteBuffer buffer = littleEndian(4 * values.length);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** A state dict of one tensor {@code w} that looks at a storage of the given values. */
    static byte[] singleTensor(float[] values, long offset, long[] shape, long[] strides) {
        byte[] pickle = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", values.length, offset, shape, strides)
                .endDict()
                .stop();
        return new TorchFileBuilder().pickle(pickle).storage("0", floats(values)).build();
    }

    TorchFileBuilder pickle(byte[] pickle) {
        return entry("data.pkl", pickle);
    }

    TorchFileBuilder storage(String key, byte[] bytes) {
        return entry("data/" + key, bytes);
    }

    TorchFileBuilder entry(String name, byte[] bytes) {
        entries.put("archive/" + name, bytes);
        return this;
    }

    TorchFileBuilder deflated() {
        deflated = true;
        return this;
    }

    byte[] build() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                entry.setTime(0);
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    crc.update(e.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(e.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(e.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
