package io.github.indirec.kernels.driver;

import java.nio.ByteBuffer;

/**
 * The part of the CUDA driver API that this project uses, with plain long handles: what a device has to do, and all that
 * the simulator has to imitate.
 *
 * <p>Addresses are device addresses in bytes, sizes are in bytes unless a name says otherwise. Copies, fills and launches
 * are asynchronous in their stream; host memory of a copy must come from {@link #allocatePinned} and stay unchanged
 * until the stream has passed the copy. Every method that needs a context uses the calling thread's
 * ({@link #setCurrent}). An asynchronous failure surfaces at any later call.
 *
 * <p>All methods throw {@link DriverException} with the status of the driver.
 */
public interface CudaDriver extends AutoCloseable {
    /** Version of CUDA that the driver supports, as 1000 major + 10 minor: 12.4 is 12040. */
    int version();

    int deviceCount();

    /** What is known of a device without a context. */
    DeviceProperties properties(int ordinal);

    /** Retains the primary context of a device; each call needs one {@link #releaseContext}. */
    long retainContext(int ordinal);

    void releaseContext(int ordinal);

    /** Makes a context the calling thread's; 0 for none. */
    void setCurrent(long context);

    /**
     * Compiles PTX for the current context's device and loads it.
     *
     * @param ptx text, without a terminating zero
     */
    long loadModule(byte[] ptx);

    void unloadModule(long module);

    /** A kernel of a loaded module. */
    long function(long module, String name);

    /** Free and total memory of the current device. */
    DeviceMemory memory();

    /** Memory aligned to 256 bytes, of undefined contents; {@code bytes} is at least 1. */
    long allocate(long bytes);

    /** Frees memory; its address is one that {@link #allocate} has returned. */
    void free(long address);

    /** Page-locked host memory in native byte order, to be given back by {@link #freePinned}. */
    ByteBuffer allocatePinned(int bytes);

    void freePinned(ByteBuffer memory);

    void copyToDevice(long target, ByteBuffer source, int sourceOffset, long bytes, long stream);

    void copyToHost(ByteBuffer target, int targetOffset, long source, long bytes, long stream);

    void copyOnDevice(long target, long source, long bytes, long stream);

    /** Sets {@code words} 32-bit words. */
    void fill(long target, int value, long words, long stream);

    /**
     * Starts a kernel with static shared memory only.
     *
     * @param arguments the parameters one after another, each at a multiple of its own size, in native byte order, from
     *     index 0 on; from {@link #allocatePinned}. It may be changed as soon as the call has returned.
     * @param argumentBytes size of the parameters
     */
    void launch(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            ByteBuffer arguments,
            int argumentBytes,
            long stream);

    long createStream();

    void destroyStream(long stream);

    /** Waits until all that was asked of the stream has been done. */
    void synchronize(long stream);

    long createEvent();

    void destroyEvent(long event);

    void recordEvent(long event, long stream);

    /** Milliseconds between two recorded events of a synchronised stream. */
    float elapsedMillis(long start, long end);

    /** Gives back what the implementation itself holds; contexts and memory belong to the caller. */
    @Override
    void close();
}
