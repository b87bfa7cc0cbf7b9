package io.github.indirec.kernels.device;

/** A kernel of a loaded family, ready to be given arguments. */
public final class Kernel {
    private final CudaDevice device;
    private final String name;
    private final long function;

    Kernel(CudaDevice device, String name, long function) {
        this.device = device;
        this.name = name;
        this.function = function;
    }

    /** Begins a launch on this thread; finish it with {@link Launch#run} before the next one begins. */
    public Launch arguments() {
        return device.launch(this);
    }

    public String name() {
        return name;
    }

    long function() {
        return function;
    }
}
