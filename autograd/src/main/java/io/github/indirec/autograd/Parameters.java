package io.github.indirec.autograd;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a model by name, in the order in which its layers made them: the state dictionary. Owns their
 * memory.
 */
public final class Parameters implements AutoCloseable {
    private final Backend backend;
    private final DType dtype;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    public Parameters(Backend backend, DType dtype) {
        this.backend = backend;
        this.dtype = dtype;
    }

    public Backend backend() {
        return backend;
    }

    public DType dtype() {
        return dtype;
    }

    /** Makes a zero-filled parameter. */
    public Parameter create(String name, int... dims) {
        return create(name, false, dims);
    }

    /** Makes a zero-filled parameter that training does not change: given data that the model is made of. */
    public Parameter createFrozen(String name, int... dims) {
        return create(name, true, dims);
    }

    private Parameter create(String name, boolean frozen, int... dims) {
        if (byName.containsKey(name)) {
            throw new IllegalArgumentException("Parameters.create: " + name + " exists already; give layers distinct names");
        }
        Tensor value = backend.allocate(dtype, Shape.of(dims));
        backend.elementwise().fill(value, 0);
        Parameter parameter = new Parameter(name, backend, value, frozen);
        byName.put(name, parameter);
        return parameter;
    }

    /** The parameter of that name. */
    public Parameter get(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "Parameters.get: no parameter is called " + name + "; there are " + byName.keySet());
        }
        return parameter;
    }

    public boolean contains(String name) {
        return byName.containsKey(name);
    }

    /** All parameters in the order of their making. */
    public Collection<Parameter> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** Number of trainable values. */
    public long size() {
        return byName.values().stream()
                .filter(p -> !p.isFrozen())
                .mapToLong(p -> p.shape().size())
                .sum();
    }

    /** Forgets all gradients. */
    public void clearGradients() {
        byName.values().forEach(Parameter::clearGradient);
    }

    @Override
    public void close() {
        byName.values().forEach(Parameter::close);
    }
}
