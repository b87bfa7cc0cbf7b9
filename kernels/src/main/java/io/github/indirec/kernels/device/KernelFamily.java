package io.github.indirec.kernels.device;

import java.util.concurrent.ConcurrentHashMap;

/** The kernels of one .ptx file, which is loaded with the first of them that is used. Thread-safe. */
public final class KernelFamily {
    private final CudaDevice device;
    private final String name;
    private final ConcurrentHashMap<String, Kernel> kernels = new ConcurrentHashMap<>();

    /** @param name of the .ptx file, without its ending */
    public KernelFamily(CudaDevice device, String name) {
        this.device = device;
        this.name = name;
    }

    public CudaDevice device() {
        return device;
    }

    /** Begins a launch of a kernel on this thread; see {@link Kernel#arguments}. */
    public Launch launch(String kernel) {
        Kernel found = kernels.get(kernel);
        if (found == null) {
            found = device.kernel(name, kernel);
            kernels.put(kernel, found);
        }
        return found.arguments();
    }
}
