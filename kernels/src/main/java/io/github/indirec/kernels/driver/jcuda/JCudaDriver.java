package io.github.indirec.kernels.driver.jcuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataJIT;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DeviceMemory;
import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JITOptions;

/**
 * The driver of the machine, through JCuda. Each status is looked at here; JCuda's own exceptions, a switch for the
 * whole process, stay as they are.
 *
 * <p>Thread-safe, as the driver is: contexts are per thread, and a launch's arguments belong to the one who launches.
 */
public final class JCudaDriver implements CudaDriver {
    private static final int LOG_BYTES = 16 << 10;

    /** No stream and no context, as null pointers. */
    private static final CUstream DEFAULT_STREAM = new CUstream();

    private static final CUcontext NO_CONTEXT = new CUcontext();

    private final Handles handles = new Handles();
    private final PinnedMemory pinned = new PinnedMemory();
    private final Devices devices = new Devices(handles);

    /** Initialises the driver; JCuda's library has been loaded before. */
    public JCudaDriver() {
        check("cuInit", cuInit(0));
    }

    static void check(String call, int status) {
        if (status != DriverStatus.SUCCESS.code()) {
            throw new DriverException(call, status, "");
        }
    }

    @Override
    public int version() {
        int[] version = new int[1];
        check("cuDriverGetVersion", cuDriverGetVersion(version));
        return version[0];
    }

    @Override
    public int deviceCount() {
        int[] count = new int[1];
        check("cuDeviceGetCount", cuDeviceGetCount(count));
        return count[0];
    }

    @Override
    public DeviceProperties properties(int ordinal) {
        return devices.properties(ordinal);
    }

    @Override
    public long retainContext(int ordinal) {
        return devices.retainContext(ordinal);
    }

    @Override
    public void releaseContext(int ordinal) {
        devices.releaseContext(ordinal);
    }

    @Override
    public void setCurrent(long context) {
        check("cuCtxSetCurrent", cuCtxSetCurrent(context == 0 ? NO_CONTEXT : handles.get(CUcontext.class, context)));
    }

    @Override
    public long loadModule(byte[] ptx) {
        // A zero-terminated copy off the heap: JCuda would keep the collector from an array while the driver compiles.
        ByteBuffer image = ByteBuffer.allocateDirect(ptx.length + 1).put(ptx);
        JITOptions options = new JITOptions();
        options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
        options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
        CUmodule module = new CUmodule();
        int status = cuModuleLoadDataJIT(module, Pointer.to(image), options);
        if (status != DriverStatus.SUCCESS.code()) {
            String log = Devices.text(options.getBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER));
            throw new DriverException("cuModuleLoadDataEx", status, log);
        }
        return handles.add(module, 0);
    }

    @Override
    public void unloadModule(long module) {
        check("cuModuleUnload", cuModuleUnload(handles.get(CUmodule.class, module)));
        handles.remove(module);
    }

    @Override
    public long function(long module, String name) {
        CUfunction function = new CUfunction();
        int status = cuModuleGetFunction(function, handles.get(CUmodule.class, module), name);
        if (status != DriverStatus.SUCCESS.code()) {
            throw new DriverException("cuModuleGetFunction", status, "kernel " + name);
        }
        return handles.add(function, module);
    }

    @Override
    public DeviceMemory memory() {
        long[] free = new long[1];
        long[] total = new long[1];
        check("cuMemGetInfo", cuMemGetInfo(free, total));
        return new DeviceMemory(free[0], total[0]);
    }

    @Override
    public long allocate(long bytes) {
        Address address = new Address();
        check("cuMemAlloc", cuMemAlloc(address, bytes));
        return address.value();
    }

    @Override
    public void free(long address) {
        check("cuMemFree", cuMemFree(new Address(address)));
    }

    @Override
    public ByteBuffer allocatePinned(int bytes) {
        PinnedMemory.Allocation allocation = new PinnedMemory.Allocation();
        check("cuMemHostAlloc", cuMemHostAlloc(allocation, PinnedMemory.allocationBytes(bytes), 0));
        return pinned.add(allocation, bytes);
    }

    @Override
    public void freePinned(ByteBuffer memory) {
        check("cuMemFreeHost", cuMemFreeHost(pinned.get(memory).allocation()));
        pinned.remove(memory);
    }

    @Override
    public void copyToDevice(long target, ByteBuffer source, int sourceOffset, long bytes, long stream) {
        Pointer from = pinned.get(source).at(sourceOffset, bytes);
        check("cuMemcpyHtoDAsync", cuMemcpyHtoDAsync(new Address(target), from, bytes, stream(stream)));
    }

    @Override
    public void copyToHost(ByteBuffer target, int targetOffset, long source, long bytes, long stream) {
        Pointer to = pinned.get(target).at(targetOffset, bytes);
        check("cuMemcpyDtoHAsync", cuMemcpyDtoHAsync(to, new Address(source), bytes, stream(stream)));
    }

    @Override
    public void copyOnDevice(long target, long source, long bytes, long stream) {
        int status = cuMemcpyDtoDAsync(new Address(target), new Address(source), bytes, stream(stream));
        check("cuMemcpyDtoDAsync", status);
    }

    @Override
    public void fill(long target, int value, long words, long stream) {
        check("cuMemsetD32Async", cuMemsetD32Async(new Address(target), value, words, stream(stream)));
    }

    @Override
    public void launch(
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
        CUfunction kernel = handles.get(CUfunction.class, function);
        Pointer extra = pinned.get(arguments).table(argumentBytes);
        int status = cuLaunchKernel(
                kernel, gridX, gridY, gridZ, blockX, blockY, blockZ, 0, stream(stream), null, extra);
        check("cuLaunchKernel", status);
    }

    CUstream stream(long stream) {
        return stream == 0 ? DEFAULT_STREAM : handles.get(CUstream.class, stream);
    }

    @Override
    public long createStream() {
        CUstream stream = new CUstream();
        check("cuStreamCreate", cuStreamCreate(stream, 0));
        return handles.add(stream, 0);
    }

    @Override
    public void destroyStream(long stream) {
        check("cuStreamDestroy", cuStreamDestroy(handles.get(CUstream.class, stream)));
        handles.remove(stream);
    }

    @Override
    public void synchronize(long stream) {
        check("cuStreamSynchronize", cuStreamSynchronize(stream(stream)));
    }

    @Override
    public long createEvent() {
        CUevent event = new CUevent();
        check("cuEventCreate", cuEventCreate(event, 0));
        return handles.add(event, 0);
    }

    @Override
    public void destroyEvent(long event) {
        check("cuEventDestroy", cuEventDestroy(handles.get(CUevent.class, event)));
        handles.remove(event);
    }

    @Override
    public void recordEvent(long event, long stream) {
        check("cuEventRecord", cuEventRecord(handles.get(CUevent.class, event), stream(stream)));
    }

    @Override
    public float elapsedMillis(long start, long end) {
        float[] millis = new float[1];
        int status = cuEventElapsedTime(
                millis, handles.get(CUevent.class, start), handles.get(CUevent.class, end));
        check("cuEventElapsedTime", status);
        return millis[0];
    }

    /** Nothing is held here: contexts, streams and memory belong to the caller. */
    @Override
    public void close() {}
}
