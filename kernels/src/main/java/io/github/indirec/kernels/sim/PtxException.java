package io.github.indirec.kernels.sim;

/** PTX that cannot be loaded: not well formed, or using what the simulator does not have. */
public final class PtxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String kernel;
    private final int line;

    PtxException(String kernel, int line, String instruction, String problem) {
        super((kernel.isEmpty() ? "PTX line " : "kernel " + kernel + ", PTX line ")
                + line
                + (instruction.isEmpty() ? "" : ": " + instruction)
                + ": "
                + problem);
        this.kernel = kernel;
        this.line = line;
    }

    /** Name of the kernel, empty outside of kernels. */
    public String kernel() {
        return kernel;
    }

    /** Line in the PTX text, from 1. */
    public int line() {
        return line;
    }
}
