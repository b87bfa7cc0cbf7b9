package io.github.indirec.kernels.sim;

final class Races {
    Races(Launch launch) {}

    void beginBlock() {}

    void barrier() {}

    void read(Warp w, Load instruction, int active, boolean readOnly) {}

    void write(Warp w, Store instruction, int active) {}

    void atomic(Warp w, Atomic instruction, int active) {}
}
