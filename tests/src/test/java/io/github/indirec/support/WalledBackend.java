package io.github.indirec.support;

import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import io.github.indirec.tensor.spi.ClusterKernels;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import io.github.indirec.tensor.spi.IndexKernels;
import io.github.indirec.tensor.spi.LinalgKernels;
import io.github.indirec.tensor.spi.LossKernels;
import io.github.indirec.tensor.spi.NormKernels;
import io.github.indirec.tensor.spi.OptimizerKernels;
import io.github.indirec.tensor.spi.RandomKernels;
import io.github.indirec.tensor.spi.RankingKernels;
import io.github.indirec.tensor.spi.Storage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A device of its own whose arithmetic the CPU does: its memory is no Java array to anybody else, and a kernel that is
 * given a tensor of another device refuses it, as a GPU must. So what runs here, with the CPU's bits, runs on any
 * device.
 *
 * <p>Found under the kind {@code walled}, by name only.
 */
public final class WalledBackend implements Backend {
    /** Its only device. */
    public static final Device DEVICE = new Device("walled", 0);

    /** More values than the CPU saves of an attention: how many is a device's own business. */
    private static final int EXTRA = 3;

    private final Backend cpu;

    private WalledBackend(int threads) {
        this.cpu = Backends.cpu(threads);
    }

    /** Service entry. */
    public static final class Provider implements BackendProvider {
        @Override
        public String kind() {
            return DEVICE.kind();
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        public boolean automatic() {
            return false;
        }

        @Override
        public Backend open(Device device, int threads) {
            return new WalledBackend(threads);
        }
    }

    /** Memory that only the backend reaches into. */
    private record Walled(Storage inner) implements Storage {
        @Override
        public int length() {
            return inner.length();
        }

        @Override
        public void copyTo(int offset, float[] target, int targetOffset, int length) {
            inner.copyTo(offset, target, targetOffset, length);
        }

        @Override
        public void copyTo(int offset, double[] target, int targetOffset, int length) {
            inner.copyTo(offset, target, targetOffset, length);
        }

        @Override
        public void copyFrom(float[] source, int sourceOffset, int offset, int length) {
            inner.copyFrom(source, sourceOffset, offset, length);
        }

        @Override
        public void copyFrom(double[] source, int sourceOffset, int offset, int length) {
            inner.copyFrom(source, sourceOffset, offset, length);
        }

        @Override
        public void release() {
            inner.release();
        }

        @Override
        public boolean isReleased() {
            return inner.isReleased();
        }
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        Tensor tensor = cpu.allocate(dtype, shape);
        // Undefined contents: whoever reads before writing is to notice.
        cpu.elementwise().fill(tensor, Double.NaN);
        return new Tensor(shape, dtype, DEVICE, new Walled(tensor.storage()), 0, true);
    }

    /** The kernels, given what is behind the wall. */
    private static <T> T walled(Class<T> type, Object kernels) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Object[] inner = args == null ? null : Arrays.stream(args).map(a -> inner(method, a)).toArray();
            Object result = kernels instanceof AttentionKernels attention
                    ? attention(attention, method, inner)
                    : call(kernels, method, inner);
            return method.getReturnType().isInterface() ? walled(method.getReturnType(), result) : result;
        }));
    }

    /** How many values an attention saves, wherever it is asked. */
    private static Object attention(AttentionKernels kernels, Method method, Object[] args) throws Throwable {
        Object result = call(kernels, method, args);
        if (method.getName().startsWith("saved")) {
            return (int) result + EXTRA;
        }
        int layout = Arrays.asList(method.getParameterTypes()).indexOf(AttentionKernels.Layout.class);
        int expected = kernels.saved((AttentionKernels.Layout) args[layout]) + EXTRA;
        // After the layout come the output and what is saved.
        int found = ((Tensor) args[layout + 2]).size();
        if (found != expected) {
            throw new IllegalArgumentException(method + ": room to save " + found + " values, expected " + expected);
        }
        return result;
    }

    private static Object call(Object kernels, Method method, Object[] args) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(kernels, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object inner(Method method, Object argument) {
        if (argument instanceof Tensor tensor) {
            if (!tensor.device().equals(DEVICE)) {
                throw new IllegalArgumentException(
                        method + ": a tensor on " + tensor.device() + ", expected one on " + DEVICE);
            }
            Storage storage = ((Walled) tensor.storage()).inner();
            return new Tensor(tensor.shape(), tensor.dtype(), Device.CPU, storage, tensor.offset(), false);
        }
        if (!(argument instanceof DiffusionKernels.Chain || argument instanceof DiffusionKernels.MlpChain)) {
            return argument;
        }
        RecordComponent[] components = argument.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = inner(method, components[i].getAccessor().invoke(argument));
            }
            return argument.getClass().getDeclaredConstructors()[0].newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Device device() {
        return DEVICE;
    }

    @Override
    public String description() {
        return "walled " + cpu.description();
    }

    @Override
    public int concurrency() {
        return cpu.concurrency();
    }

    @Override
    public void forEach(int count, IntConsumer task) {
        cpu.forEach(count, task);
    }

    @Override
    public ElementwiseKernels elementwise() {
        return walled(ElementwiseKernels.class, cpu.elementwise());
    }

    @Override
    public LinalgKernels linalg() {
        return walled(LinalgKernels.class, cpu.linalg());
    }

    @Override
    public IndexKernels index() {
        return walled(IndexKernels.class, cpu.index());
    }

    @Override
    public NormKernels norm() {
        return walled(NormKernels.class, cpu.norm());
    }

    @Override
    public AttentionKernels attention() {
        return walled(AttentionKernels.class, cpu.attention());
    }

    @Override
    public LossKernels loss() {
        return walled(LossKernels.class, cpu.loss());
    }

    @Override
    public RandomKernels random() {
        return walled(RandomKernels.class, cpu.random());
    }

    @Override
    public OptimizerKernels optimizer() {
        return walled(OptimizerKernels.class, cpu.optimizer());
    }

    @Override
    public RankingKernels ranking() {
        return walled(RankingKernels.class, cpu.ranking());
    }

    @Override
    public ClusterKernels cluster() {
        return walled(ClusterKernels.class, cpu.cluster());
    }

    @Override
    public DiffusionKernels diffusion() {
        return walled(DiffusionKernels.class, cpu.diffusion());
    }

    @Override
    public void close() {
        cpu.close();
    }
}
