package io.github.indirec.kernels.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A loaded kernel. */
public final class Kernel {
    private final KernelCode code;

    Kernel(KernelCode code) {
        this.code = code;
    }

    KernelCode code() {
        return code;
    }

    /** Name in the PTX text. */
    public String name() {
        return code.name();
    }

    /** Distinct opcodes, sorted. */
    public List<String> opcodes() {
        return code.source().statements().stream()
                .map(PtxStatement::opcode)
                .distinct()
                .sorted()
                .toList();
    }

    /** Static shared memory in bytes. */
    public long sharedBytes() {
        return code.shared().stream().mapToLong(PtxVariable::bytes).sum();
    }

    /** Local memory in bytes a thread. */
    public int localBytes() {
        return code.localBytes();
    }

    /** Greatest number of threads of a block. */
    public int maxThreads() {
        return code.source().maxThreads();
    }

    /** Size of the parameters in bytes. */
    public int parameterBytes() {
        return code.source().parameterBytes();
    }

    /**
     * Lays out arguments one after another, each where its parameter is.
     *
     * @param arguments Integer, Long (also for addresses), Float, Double, Short, Byte, or byte[] for a structure
     * @throws IllegalArgumentException if number or sizes do not fit
     */
    byte[] parameters(Object... arguments) {
        List<PtxVariable> parameters = code.source().parameters();
        if (arguments.length != parameters.size()) {
            throw new IllegalArgumentException(
                    "kernel " + name() + ": expected " + parameters.size() + " arguments, found " + arguments.length);
        }
        ByteBuffer block = ByteBuffer.allocate(parameterBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < arguments.length; i++) {
            PtxVariable parameter = parameters.get(i);
            byte[] bytes = bytes(arguments[i]);
            if (bytes.length != parameter.bytes()) {
                throw new IllegalArgumentException("kernel " + name() + ", argument " + i + ": expected "
                        + parameter.bytes() + " bytes, found " + bytes.length + " (" + arguments[i] + ")");
            }
            block.position(parameter.offset());
            block.put(bytes);
        }
        return block.array();
    }

    private static byte[] bytes(Object argument) {
        if (argument instanceof byte[] structure) {
            return structure;
        }
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        if (argument instanceof Integer x) {
            bytes.putInt(x);
        } else if (argument instanceof Long x) {
            bytes.putLong(x);
        } else if (argument instanceof Float x) {
            bytes.putFloat(x);
        } else if (argument instanceof Double x) {
            bytes.putDouble(x);
        } else if (argument instanceof Short x) {
            bytes.putShort(x);
        } else if (argument instanceof Byte x) {
            bytes.put(x);
        } else {
            throw new IllegalArgumentException("an argument must be a number or a byte[], not " + argument);
        }
        byte[] result = new byte[bytes.position()];
        bytes.flip().get(result);
        return result;
    }
}
