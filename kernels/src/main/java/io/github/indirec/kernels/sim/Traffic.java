package io.github.indirec.kernels.sim;

final class Traffic {
    void request(Warp w, int active, int element, int count, boolean write) {}
}
