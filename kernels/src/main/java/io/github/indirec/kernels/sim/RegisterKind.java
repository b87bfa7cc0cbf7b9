package io.github.indirec.kernels.sim;

/** Where a register's 32 lanes are kept. */
enum RegisterKind {
    /** 16 and 32 bits: an int a lane; 16 bits are kept zero-extended, floats by their bits. */
    INT,
    /** 64 bits: a long a lane; doubles by their bits. */
    LONG,
    /** Predicates: a bit a lane. */
    PREDICATE;

    /** Kind of a PTX type such as b32, or null if there is no register of that type. */
    static RegisterKind of(String type) {
        return switch (type) {
            case "pred" -> PREDICATE;
            case "b8", "u8", "s8", "b16", "u16", "s16", "f16", "b32", "u32", "s32", "f32" -> INT;
            case "b64", "u64", "s64", "f64" -> LONG;
            default -> null;
        };
    }

    /** Bits of a PTX type such as b32; 1 for a predicate. */
    static int bits(String type) {
        return type.equals("pred") ? 1 : Integer.parseInt(type.substring(1));
    }
}
