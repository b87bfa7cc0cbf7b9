package io.github.indirec.model.io;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The allow-list: everything that a pickle may name. Python would import and call whatever is named, which is how a
 * weight file runs code; here a name is nothing but one of these constants.
 */
enum TorchGlobal {
    ORDERED_DICT("collections.OrderedDict", null),
    REBUILD_TENSOR("torch._utils._rebuild_tensor_v2", null),
    FLOAT_STORAGE("torch.FloatStorage", NamedArray.Type.F32),
    DOUBLE_STORAGE("torch.DoubleStorage", NamedArray.Type.F64),
    INT_STORAGE("torch.IntStorage", NamedArray.Type.I32),
    LONG_STORAGE("torch.LongStorage", NamedArray.Type.I64);

    private final String pythonName;
    private final NamedArray.Type storageType;

    TorchGlobal(String pythonName, NamedArray.Type storageType) {
        this.pythonName = pythonName;
        this.storageType = storageType;
    }

    /** What a storage of this class holds; empty for the other globals. */
    Optional<NamedArray.Type> storageType() {
        return Optional.ofNullable(storageType);
    }

    static Optional<TorchGlobal> of(String pythonName) {
        return Arrays.stream(values())
                .filter(global -> global.pythonName.equals(pythonName))
                .findFirst();
    }

    /** All names, for messages. */
    static String allowed() {
        return Arrays.stream(values()).map(global -> global.pythonName).collect(Collectors.joining(", "));
    }

    /** What to tell the owner of a file that names something else. */
    static String remedy(String pythonName) {
        if (pythonName.startsWith("torch.") && pythonName.endsWith("Storage")) {
            return "convert the tensors first: {k: v.float() for k, v in model.state_dict().items()}";
        }
        return "save the weights alone: torch.save(model.state_dict(), file);"
                + " do not load this file in Python unless you trust its author";
    }
}
