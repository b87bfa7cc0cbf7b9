package io.github.indirec.kernels.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs CUDA kernels from their PTX text, warp by warp, and reports what is wrong with them.
 *
 * <pre>{@code
 * Simulator simulator = new Simulator();
 * Kernel scale = simulator.load(ptx).kernel("scale");
 * long x = simulator.upload("x", new float[] {1, 2, 3});
 * LaunchResult result = simulator.launch(scale, LaunchSize.of(1, 32), x, 2f, 3);
 * float[] y = simulator.floats(x, 3);
 * }</pre>
 *
 * <p>Blocks run one after another, so kernels whose blocks wait for one another cannot be run. Counted traffic is a
 * model of the memory system, not a measurement. Not thread-safe.
 */
public final class Simulator {
    /** Memory of a simulator, unless said otherwise. */
    public static final long DEFAULT_MEMORY = 8L << 30;

    private final GlobalMemory memory;
    private final Noise noise = new Noise();
    private SimulatorOptions options;
    private WarpObserver observer;
    private long launches;

    /** A simulator with {@link SimulatorOptions#DEFAULT} and {@link #DEFAULT_MEMORY}. */
    public Simulator() {
        this(SimulatorOptions.DEFAULT, DEFAULT_MEMORY);
    }

    /** @param memoryBytes how much can be allocated */
    public Simulator(SimulatorOptions options, long memoryBytes) {
        this.options = options;
        memory = new GlobalMemory(memoryBytes);
    }

    /** Options of the launches that follow. */
    public SimulatorOptions options() {
        return options;
    }

    /** Changes the options of the launches that follow. */
    public void setOptions(SimulatorOptions changed) {
        options = changed;
    }

    /** Is shown every instruction of the launches that follow; null for nobody. */
    public void observe(WarpObserver who) {
        observer = who;
    }

    /**
     * Loads a PTX file.
     *
     * @throws PtxException if it is not well formed or uses what the simulator does not have
     */
    public PtxProgram load(String ptx) {
        PtxText text = PtxParser.parse(ptx);
        Map<String, Segment> variables = new LinkedHashMap<>();
        for (PtxVariable variable : text.variables().values()) {
            Space space = variable.space().equals("const") ? Space.CONST : Space.GLOBAL;
            Segment segment = segment(space, variable.bytes(), variable.space() + " variable " + variable.name());
            byte[] initial = new byte[(int) variable.bytes()];
            if (variable.initial() != null) {
                System.arraycopy(variable.initial(), 0, initial, 0, variable.initial().length);
            }
            // Variables without initial values are zero.
            GlobalMemory.write(segment, 0, ByteBuffer.wrap(initial), 0, initial.length);
            variables.put(variable.name(), segment);
        }
        return new PtxProgram(text, variables, noise);
    }

    private Segment segment(Space space, long bytes, String label) {
        Segment segment = memory.allocate(space, bytes, label);
        if (segment == null) {
            throw new IllegalStateException("out of device memory: " + bytes + " bytes for " + label + ", "
                    + (memory.capacity() - memory.used()) + " of " + memory.capacity() + " free");
        }
        return segment;
    }

    /**
     * Allocates memory of undefined contents.
     *
     * @param label name in reports
     * @return device address, a multiple of 256
     */
    public long allocate(String label, long bytes) {
        return segment(Space.GLOBAL, bytes, label).base;
    }

    /** Gives the allocation that holds an address a name for reports. */
    public void label(long address, String label) {
        Segment segment = memory.find(address, 1);
        if (segment == null) {
            throw new IllegalArgumentException("0x" + Long.toHexString(address) + ": " + memory.explain(address));
        }
        segment.label = label;
    }

    /** Frees memory by the address that {@link #allocate} or an upload has returned. */
    public void free(long address) {
        if (!memory.free(address)) {
            throw new IllegalArgumentException("nothing was allocated at 0x" + Long.toHexString(address));
        }
    }

    /** Allocates memory with these contents. */
    public long upload(String label, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return upload(label, bytes);
    }

    /** Allocates memory with these contents. */
    public long upload(String label, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return upload(label, bytes);
    }

    /** Allocates memory with the contents of a buffer from index 0 on. */
    public long upload(String label, ByteBuffer bytes) {
        Segment segment = segment(Space.GLOBAL, bytes.capacity(), label);
        GlobalMemory.write(segment, 0, bytes, 0, bytes.capacity());
        return segment.base;
    }

    /** Contents of memory as floats. */
    public float[] floats(long address, int count) {
        float[] values = new float[count];
        download(address, 4L * count).asFloatBuffer().get(values);
        return values;
    }

    /** Contents of memory as ints. */
    public int[] ints(long address, int count) {
        int[] values = new int[count];
        download(address, 4L * count).asIntBuffer().get(values);
        return values;
    }

    /** Contents of memory. */
    public ByteBuffer download(long address, long bytes) {
        Segment segment = memory.find(address, bytes);
        if (segment == null) {
            throw new IllegalArgumentException(
                    bytes + " bytes at 0x" + Long.toHexString(address) + ": " + memory.explain(address));
        }
        ByteBuffer target = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        GlobalMemory.read(target, 0, segment, address - segment.base, bytes);
        return target;
    }

    /**
     * Runs a kernel to its end.
     *
     * @param arguments Integer, Long (also for addresses), Float, Double, Short, Byte, or byte[] for a structure
     * @throws SimulatorFault at the first report, if the options say so, and at once if the launch cannot go on
     */
    public LaunchResult launch(Kernel kernel, LaunchSize size, Object... arguments) {
        return run(kernel, size, kernel.parameters(arguments));
    }

    LaunchResult run(Kernel kernel, LaunchSize size, byte[] parameters) {
        if (size.threads() > kernel.maxThreads()) {
            throw new IllegalArgumentException("kernel " + kernel.name() + " was compiled for at most "
                    + kernel.maxThreads() + " threads a block, found " + size.threads());
        }
        noise.set(options.noise(), options.seed());
        Launch launch = new Launch(kernel.code(), memory, size, parameters, options, launches++, observer);
        try {
            launch.run();
        } catch (SimulatorFault fault) {
            if (options.throwing()) {
                throw fault;
            }
        }
        return LaunchResult.of(launch);
    }

    GlobalMemory memory() {
        return memory;
    }
}
