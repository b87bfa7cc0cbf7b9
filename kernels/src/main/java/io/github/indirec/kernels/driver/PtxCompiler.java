package io.github.indirec.kernels.driver;

import io.github.indirec.tensor.DeviceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;

/**
 * NVIDIA's PTX compiler (ptxas of CUDA 12.0), which needs neither driver nor device: what a kernel will take of the
 * hardware is known before there is any.
 */
public interface PtxCompiler {
    /**
     * The compiler in JCuda's native library.
     *
     * @throws DeviceException with the reason if the library is not there or does not load
     */
    static PtxCompiler open() {
        String library = "JNvPTXCompiler";
        try {
            JCudaLoader.shared().load(library);
            return JCudaLoader.shared().create(PtxCompiler.class, "NvPtxCompiler");
        } catch (FileNotFoundException e) {
            throw new DeviceException("PTX compiler: " + e.getMessage() + " is not on the class path; add"
                    + " org.jcuda:jcuda-natives with the classifier linux-x86_64 or windows-x86_64", e);
        } catch (IOException | LinkageError e) {
            throw new DeviceException("PTX compiler: " + library + " does not load: " + e.getMessage(), e);
        }
    }

    /**
     * Compiles PTX for an architecture. Thread-safe.
     *
     * @param architecture as sm_75; up to sm_90
     * @return by name of the kernel, in the order of the text
     * @throws IllegalArgumentException with the compiler's words if the text does not compile
     */
    Map<String, KernelResources> compile(String ptx, String architecture);
}
