package io.github.indirec.kernels.device;

import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One device with one context and one stream: memory, copies, kernels and errors. What the op families are written on.
 *
 * <p>Everything is asynchronous in the one stream, so ops see one another's results in the order of their calls.
 * Thread-safe.
 */
public final class CudaDevice implements AutoCloseable {
    private final CudaDriver driver;
    private final Device device;
    private final DeviceProperties properties;
    private final long context;
    private final long stream;
    private final DevicePool pool;
    private final Staging staging;
    private final Function<String, byte[]> source;
    private final Map<String, Long> modules = new HashMap<>();
    private final List<Launch> launches = new ArrayList<>();
    private final ThreadLocal<Launch> launch = ThreadLocal.withInitial(this::newLaunch);
    private boolean closed;

    /**
     * Opens a device.
     *
     * @param driver closed with this device
     * @param separate whether every block of memory is an allocation of its own: for simulators that check bounds
     */
    public CudaDevice(CudaDriver driver, Device device, boolean separate) {
        this(driver, device, separate, CudaDevice::shipped);
    }

    /**
     * Opens a device that runs other kernels than the shipped ones, with the same launches: so that tests can see what
     * a fault in a kernel does.
     *
     * @param source gives the PTX text of a family by its name; {@link #shipped} gives the artifact's
     */
    public CudaDevice(CudaDriver driver, Device device, boolean separate, Function<String, byte[]> source) {
        this.driver = driver;
        this.source = source;
        this.device = device;
        try {
            this.properties = driver.properties(device.index());
            this.context = driver.retainContext(device.index());
            driver.setCurrent(context);
            this.stream = driver.createStream();
            this.pool = new DevicePool(driver, separate);
            this.staging = new Staging(driver, stream);
        } catch (DriverException e) {
            throw failed("opening " + device, e);
        }
    }

    public CudaDriver driver() {
        return driver;
    }

    public Device device() {
        return device;
    }

    public DeviceProperties properties() {
        return properties;
    }

    /** The stream that everything is queued in. */
    public long stream() {
        return stream;
    }

    Staging staging() {
        enter();
        return staging;
    }

    /** A tensor that owns device memory. */
    public Tensor allocate(DType dtype, Shape shape) {
        if (dtype != DType.F32) {
            throw new DeviceException(device + " computes in float32, asked for a tensor of " + dtype
                    + "; float64 is for gradient checks on the CPU");
        }
        return new Tensor(shape, dtype, device, new DeviceStorage(this, shape.size()), 0, true);
    }

    /** Memory for a kernel's own use, of undefined contents. */
    public DeviceBuffer buffer(long bytes) {
        enter();
        try {
            return new DeviceBuffer(pool, bytes);
        } catch (DriverException e) {
            throw failed("memory for " + bytes + " bytes", e);
        }
    }

    /** x = value. */
    public void fill(Tensor x, float value) {
        enter();
        if (x.size() > 0) {
            int bits = Float.floatToRawIntBits(value);
            checked("filling " + x, () -> driver.fill(address(x), bits, x.size(), stream));
        }
    }

    /** out = x, of equal sizes. */
    public void copy(Tensor x, Tensor out) {
        enter();
        if (x.size() > 0 && address(x) != address(out)) {
            long bytes = (long) Float.BYTES * x.size();
            checked("copying " + x, () -> driver.copyOnDevice(address(out), address(x), bytes, stream));
        }
    }

    /** A copy of the first {@code count} values of an array. */
    public DeviceBuffer upload(int[] values, int count) {
        DeviceBuffer buffer = buffer((long) Integer.BYTES * count);
        checked("passing an array", () -> staging().upload(values, 0, count, buffer.address()));
        return buffer;
    }

    /** A copy of an array. */
    public DeviceBuffer upload(float[] values) {
        DeviceBuffer buffer = buffer((long) Float.BYTES * values.length);
        checked("passing an array", () -> staging().upload(values, 0, values.length, buffer.address()));
        return buffer;
    }

    /** Waits for the stream and reads the first {@code count} values of a buffer. */
    public void download(DeviceBuffer buffer, int[] target, int count) {
        checked("reading results", () -> staging().download(buffer.address(), target, 0, count));
    }

    /** Waits for the stream and reads the first {@code count} values of a buffer. */
    public void download(DeviceBuffer buffer, float[] target, int count) {
        checked("reading results", () -> staging().download(buffer.address(), target, 0, count));
    }

    /** Waits for the stream and reads the first {@code count} values of a buffer. */
    public void download(DeviceBuffer buffer, double[] target, int count) {
        checked("reading results", () -> staging().download(buffer.address(), target, 0, count));
    }

    /** Waits until the device has done all that it was asked. */
    public void synchronize() {
        enter();
        checked("waiting for the device", () -> driver.synchronize(stream));
    }

    /** Device address of a tensor's first value. */
    public long address(Tensor tensor) {
        if (!(tensor.storage() instanceof DeviceStorage storage)) {
            throw new DeviceException(tensor + " is not on " + device + "; copy it with Backend.allocate and copyFrom");
        }
        return storage.address(tensor.offset());
    }

    /**
     * A kernel of a family, which is loaded on first use.
     *
     * @param family name of the .ptx file beside this package, without its ending
     */
    public synchronized Kernel kernel(String family, String name) {
        enter();
        try {
            Long module = modules.get(family);
            if (module == null) {
                module = driver.loadModule(source.apply(family));
                modules.put(family, module);
            }
            return new Kernel(this, name, driver.function(module, name));
        } catch (DriverException e) {
            throw failed("loading kernel " + name + " of " + family + ".ptx", e);
        }
    }

    /** The PTX text of a family as the artifact has it. */
    public static byte[] shipped(String family) {
        String resource = "/io/github/indirec/kernels/" + family + ".ptx";
        try (InputStream in = CudaDevice.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new DeviceException("kernels: " + resource + " is not in the artifact; build it with Maven");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Launch launch(Kernel kernel) {
        enter();
        return launch.get().begin(kernel);
    }

    private synchronized Launch newLaunch() {
        Launch made = new Launch(this);
        launches.add(made);
        return made;
    }

    /** Contexts are current by thread: every thread that comes here gets ours. */
    public void enter() {
        if (closed) {
            throw new IllegalStateException(device + " is closed; open it again with Backends.open");
        }
        checked("making its context current", () -> driver.setCurrent(context));
    }

    void checked(String what, Runnable call) {
        try {
            call.run();
        } catch (DriverException e) {
            throw failed(what, e);
        }
    }

    /** The exception for a failed driver call: what was asked, what the driver said, what to do. */
    DeviceException failed(String what, DriverException cause) {
        return new DeviceException(device + ": " + what + ": " + cause.getMessage() + remedy(cause.status()), cause);
    }

    private static String remedy(int status) {
        if (status == DriverStatus.OUT_OF_MEMORY.code()) {
            return "; use a smaller batch_size, or end what else uses the device";
        }
        if (DriverStatus.losesContext(status)) {
            return "; the device's context is lost and this backend with it: please report it with the sizes above";
        }
        return "";
    }

    /** Blocks of memory that are lent at the moment: 0 when every tensor and buffer has been closed. */
    public long lentBlocks() {
        return pool.lentBlocks();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            driver.setCurrent(context);
            driver.synchronize(stream);
        } catch (DriverException e) {
            // A lost context has nothing to wait for; its memory still goes back below.
        }
        try {
            for (Launch made : launches) {
                driver.freePinned(made.block());
            }
            staging.close();
            pool.close();
            for (long module : modules.values()) {
                driver.unloadModule(module);
            }
            driver.destroyStream(stream);
        } catch (DriverException e) {
            // After a kernel fault the driver refuses these calls and frees all with the context.
        }
        driver.releaseContext(device.index());
        driver.close();
    }
}
