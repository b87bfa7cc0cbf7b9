package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DeviceMemory;
import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A CUDA driver with one device that is a {@link Simulator}: all streams are executed at once, all events take no time.
 *
 * <p>A fault of a kernel is thrown by the launch, with the report in its message, and by every call that needs the
 * context from then on, as the context of a real device is lost by it. All methods may be called from any thread, one
 * at a time.
 */
public final class SimulatedDriver implements CudaDriver {
    /** What the device pretends to be, unless said otherwise: sm_75 with {@link Simulator#DEFAULT_MEMORY}. */
    public static final DeviceProperties DEFAULT_DEVICE =
            new DeviceProperties("InDiRec simulator", 7, 5, 1, 0, 0, 0, Simulator.DEFAULT_MEMORY);

    private static final int VERSION = 12000;
    private static final long CONTEXT = 1;

    private final DeviceProperties device;
    private final Simulator simulator;
    private final LoadedModules modules = new LoadedModules();
    private final DriverMemory memory;
    private final Set<Long> streams = new HashSet<>();
    private final Set<Long> events = new HashSet<>();
    private final List<LaunchResult> results = new ArrayList<>();
    private final ThreadLocal<Long> current = ThreadLocal.withInitial(() -> 0L);
    private long nextHandle = 16;
    private int retained;
    private DriverException lost;
    private boolean recording;

    /** The default device with the default options. */
    public SimulatedDriver() {
        this(DEFAULT_DEVICE, SimulatorOptions.DEFAULT);
    }

    public SimulatedDriver(DeviceProperties device, SimulatorOptions options) {
        this.device = device;
        simulator = new Simulator(options, device.totalBytes());
        memory = new DriverMemory(simulator.memory());
    }

    /** The simulator behind it: for options, observers, and labels of allocations. */
    public Simulator simulator() {
        return simulator;
    }

    /** Whether results of launches are kept for {@link #results}. */
    public synchronized void record(boolean on) {
        recording = on;
    }

    /** Results of the launches since recording began or since the last call, which this call forgets. */
    public synchronized List<LaunchResult> results() {
        List<LaunchResult> kept = List.copyOf(results);
        results.clear();
        return kept;
    }

    /** Number of allocations that were not freed. */
    public synchronized int allocations() {
        return memory.allocations();
    }

    @Override
    public int version() {
        return VERSION;
    }

    @Override
    public int deviceCount() {
        return 1;
    }

    @Override
    public DeviceProperties properties(int ordinal) {
        require(ordinal == 0, "cuDeviceGet", DriverStatus.INVALID_DEVICE, "there is device 0 only");
        return device;
    }

    @Override
    public synchronized long retainContext(int ordinal) {
        require(ordinal == 0, "cuDevicePrimaryCtxRetain", DriverStatus.INVALID_DEVICE, "there is device 0 only");
        retained++;
        return CONTEXT;
    }

    @Override
    public synchronized void releaseContext(int ordinal) {
        require(retained > 0, "cuDevicePrimaryCtxRelease", DriverStatus.INVALID_CONTEXT, "it was never retained");
        retained--;
        if (retained == 0) {
            // As on a real device, memory, modules and errors go with the context.
            lost = null;
            memory.clear();
            modules.clear();
            streams.clear();
            events.clear();
        }
    }

    @Override
    public void setCurrent(long context) {
        require(context == CONTEXT || context == 0, "cuCtxSetCurrent", DriverStatus.INVALID_CONTEXT, "unknown context");
        current.set(context);
    }

    @Override
    public synchronized long loadModule(byte[] ptx) {
        context("cuModuleLoadData");
        PtxProgram program;
        try {
            program = simulator.load(new String(ptx, StandardCharsets.UTF_8));
        } catch (PtxException e) {
            throw new DriverException("cuModuleLoadData", DriverStatus.INVALID_PTX.code(), e.getMessage());
        }
        String need = program.target().replaceAll("[^0-9]", "");
        if (!need.isEmpty() && Integer.parseInt(need) > 10 * device.major() + device.minor()) {
            throw new DriverException(
                    "cuModuleLoadData",
                    DriverStatus.NO_BINARY_FOR_GPU.code(),
                    "the PTX is for " + program.target() + ", the device is sm_" + device.major() + device.minor());
        }
        modules.add(++nextHandle, program);
        return nextHandle;
    }

    @Override
    public synchronized void unloadModule(long module) {
        PtxProgram program = modules.remove(module);
        program.variables().values().forEach(variable -> simulator.memory().free(variable.base));
    }

    @Override
    public synchronized long function(long module, String name) {
        context("cuModuleGetFunction");
        return modules.function(module, name, ++nextHandle);
    }

    @Override
    public synchronized DeviceMemory memory() {
        context("cuMemGetInfo");
        long total = simulator.memory().capacity();
        return new DeviceMemory(total - simulator.memory().used(), total);
    }

    @Override
    public synchronized long allocate(long bytes) {
        context("cuMemAlloc");
        return memory.allocate(bytes, "allocation " + ++nextHandle);
    }

    @Override
    public synchronized void free(long address) {
        context("cuMemFree");
        memory.free(address);
    }

    @Override
    public synchronized ByteBuffer allocatePinned(int bytes) {
        context("cuMemHostAlloc");
        require(bytes > 0, "cuMemHostAlloc", DriverStatus.INVALID_VALUE, bytes + " bytes");
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public synchronized void freePinned(ByteBuffer memory) {
        require(memory.isDirect(), "cuMemFreeHost", DriverStatus.INVALID_VALUE, "not allocated by allocatePinned");
    }

    @Override
    public synchronized void copyToDevice(long target, ByteBuffer source, int sourceOffset, long bytes, long stream) {
        stream("cuMemcpyHtoDAsync", stream);
        memory.copyToDevice(target, source, sourceOffset, bytes);
    }

    @Override
    public synchronized void copyToHost(ByteBuffer target, int targetOffset, long source, long bytes, long stream) {
        stream("cuMemcpyDtoHAsync", stream);
        memory.copyToHost(target, targetOffset, source, bytes);
    }

    @Override
    public synchronized void copyOnDevice(long target, long source, long bytes, long stream) {
        stream("cuMemcpyDtoDAsync", stream);
        memory.copyOnDevice(target, source, bytes);
    }

    @Override
    public synchronized void fill(long target, int value, long words, long stream) {
        stream("cuMemsetD32Async", stream);
        memory.fill(target, value, words);
    }

    @Override
    public synchronized void launch(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            ByteBuffer arguments,
            int argumentBytes,
            long stream) {
        stream("cuLaunchKernel", stream);
        Kernel kernel = modules.kernel(function);
        require(
                argumentBytes >= kernel.parameterBytes() && argumentBytes <= arguments.capacity(),
                "cuLaunchKernel",
                DriverStatus.INVALID_VALUE,
                "kernel " + kernel.name() + " takes " + kernel.parameterBytes() + " bytes of parameters, found "
                        + argumentBytes);
        byte[] parameters = new byte[argumentBytes];
        for (int i = 0; i < argumentBytes; i++) {
            parameters[i] = arguments.get(i);
        }
        try {
            LaunchSize size = new LaunchSize(gridX, gridY, gridZ, blockX, blockY, blockZ);
            LaunchResult result = simulator.run(kernel, size, parameters);
            if (recording) {
                results.add(result);
            }
            result.reports().stream()
                    .filter(report -> report.kind().fatal())
                    .findFirst()
                    .ifPresent(this::lose);
        } catch (IllegalArgumentException e) {
            throw new DriverException("cuLaunchKernel", DriverStatus.INVALID_VALUE.code(), e.getMessage());
        } catch (SimulatorFault fault) {
            lose(fault.report());
        }
    }

    /** The context is lost: this call and all that follow fail. */
    private void lose(Report report) {
        lost = new DriverException("cuLaunchKernel", report.kind().status().code(), report.toString());
        throw lost;
    }

    @Override
    public synchronized long createStream() {
        context("cuStreamCreate");
        streams.add(++nextHandle);
        return nextHandle;
    }

    @Override
    public synchronized void destroyStream(long stream) {
        require(streams.remove(stream), "cuStreamDestroy", DriverStatus.INVALID_HANDLE, "unknown stream");
    }

    @Override
    public synchronized void synchronize(long stream) {
        stream("cuStreamSynchronize", stream);
    }

    @Override
    public synchronized long createEvent() {
        context("cuEventCreate");
        events.add(++nextHandle);
        return nextHandle;
    }

    @Override
    public synchronized void destroyEvent(long event) {
        require(events.remove(event), "cuEventDestroy", DriverStatus.INVALID_HANDLE, "unknown event");
    }

    @Override
    public synchronized void recordEvent(long event, long stream) {
        stream("cuEventRecord", stream);
        require(events.contains(event), "cuEventRecord", DriverStatus.INVALID_HANDLE, "unknown event");
    }

    @Override
    public synchronized float elapsedMillis(long start, long end) {
        boolean known = events.contains(start) && events.contains(end);
        require(known, "cuEventElapsedTime", DriverStatus.INVALID_HANDLE, "unknown event");
        return 0;
    }

    /** Nothing to give back: memory goes with the object. */
    @Override
    public void close() {}

    private void context(String call) {
        require(current.get() == CONTEXT && retained > 0, call, DriverStatus.INVALID_CONTEXT, "no current context");
        if (lost != null) {
            throw new DriverException(call, lost.status(), "the context was lost: " + lost.getMessage());
        }
    }

    private void stream(String call, long stream) {
        context(call);
        require(stream == 0 || streams.contains(stream), call, DriverStatus.INVALID_HANDLE, "unknown stream");
    }

    static void require(boolean condition, String call, DriverStatus status, String detail) {
        if (!condition) {
            throw new DriverException(call, status.code(), detail);
        }
    }
}
