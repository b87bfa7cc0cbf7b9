package io.github.indirec.kernels.sim;

/** Is shown every instruction before it is executed. */
@FunctionalInterface
public interface WarpObserver {
    /**
     * @param warp the warp, valid during this call only
     * @param line of the instruction in the PTX text
     * @param instruction as written
     */
    void executing(WarpView warp, int line, String instruction);
}
