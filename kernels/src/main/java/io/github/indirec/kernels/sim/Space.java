package io.github.indirec.kernels.sim;

/** Kinds of memory, and where each begins in the one generic address space. */
enum Space {
    GLOBAL(0x0200_0000_0000L),
    CONST(0x0100_0000_0000L),
    SHARED(0x7e00_0000_0000L),
    LOCAL(0x7d00_0000_0000L),
    /** Generic: the address says which. */
    GENERIC(0);

    private final long window;

    Space(long window) {
        this.window = window;
    }

    /** First address. */
    long window() {
        return window;
    }
}
