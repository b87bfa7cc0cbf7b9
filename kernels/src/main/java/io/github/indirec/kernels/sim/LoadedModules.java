package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.driver.DriverStatus;
import java.util.HashMap;
import java.util.Map;

/** Modules and functions of a simulated context, by handle. */
final class LoadedModules {
    private final Map<Long, PtxProgram> modules = new HashMap<>();
    private final Map<Long, Kernel> functions = new HashMap<>();
    private final Map<PtxProgram, Map<String, Long>> handles = new HashMap<>();

    void add(long handle, PtxProgram program) {
        modules.put(handle, program);
    }

    /** Forgets a module and its functions. */
    PtxProgram remove(long handle) {
        PtxProgram program = modules.remove(handle);
        SimulatedDriver.require(program != null, "cuModuleUnload", DriverStatus.INVALID_HANDLE, "unknown module");
        Map<String, Long> known = handles.remove(program);
        if (known != null) {
            functions.keySet().removeAll(known.values());
        }
        return program;
    }

    /** Handle of a module's function: the one it had before, or this fresh one. */
    long function(long module, String name, long fresh) {
        PtxProgram program = modules.get(module);
        SimulatedDriver.require(program != null, "cuModuleGetFunction", DriverStatus.INVALID_HANDLE, "unknown module");
        SimulatedDriver.require(program.has(name), "cuModuleGetFunction", DriverStatus.NOT_FOUND, "no kernel " + name);
        return handles.computeIfAbsent(program, p -> new HashMap<>()).computeIfAbsent(name, n -> {
            functions.put(fresh, program.kernel(n));
            return fresh;
        });
    }

    Kernel kernel(long function) {
        Kernel kernel = functions.get(function);
        SimulatedDriver.require(kernel != null, "cuLaunchKernel", DriverStatus.INVALID_HANDLE, "unknown function");
        return kernel;
    }

    void clear() {
        modules.clear();
        functions.clear();
        handles.clear();
    }
}
