package io.github.indirec.tensor;

/** Number types of tensors. Models compute in F32; F64 serves gradient checks. Indices are plain {@code int[]}. */
public enum DType {
    F32(4),
    F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes a value. */
    public int bytes() {
        return bytes;
    }
}
