package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A PTX file that a {@link Simulator} has loaded: its kernels, and its variables in the simulator's memory. */
public final class PtxProgram {
    private final PtxText text;
    private final Map<String, Kernel> kernels = new LinkedHashMap<>();
    private final Map<String, Segment> variables;

    PtxProgram(PtxText text, Map<String, Segment> variables, Noise noise) {
        this.text = text;
        this.variables = variables;
        for (PtxKernel kernel : text.kernels()) {
            kernels.put(kernel.name(), new Kernel(Decoder.decode(kernel, variables, noise)));
        }
    }

    /** Version in the file's header, such as 8.0. */
    public String version() {
        return text.version();
    }

    /** Target in the file's header, such as sm_75. */
    public String target() {
        return text.target();
    }

    /** Names of all kernels, in the order of the file. */
    public List<String> kernels() {
        return new ArrayList<>(kernels.keySet());
    }

    /**
     * A kernel by name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Kernel kernel(String name) {
        Kernel kernel = kernels.get(name);
        if (kernel == null) {
            throw new IllegalArgumentException("the program has no kernel " + name + "; it has " + kernels.keySet());
        }
        return kernel;
    }

    boolean has(String name) {
        return kernels.containsKey(name);
    }

    Map<String, Segment> variables() {
        return variables;
    }
}
