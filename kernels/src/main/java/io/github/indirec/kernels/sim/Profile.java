package io.github.indirec.kernels.sim;

/** How often each instruction of a launch was executed, by warps and by threads. */
final class Profile {
    final long[] warps;
    final long[] threads;
    final long[] divergent;

    Profile(int instructions) {
        warps = new long[instructions];
        threads = new long[instructions];
        divergent = new long[instructions];
    }

    void executed(int index, int lanes) {
        warps[index]++;
        threads[index] += Integer.bitCount(lanes);
    }
}
