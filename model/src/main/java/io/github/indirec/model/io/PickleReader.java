package io.github.indirec.model.io;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine for the part of Python's pickle language that describes a state dict of tensors: protocol 2, the opcodes
 * below, the names of {@link TorchGlobal}. Anything else is refused by name, so a file can neither run code nor build
 * objects we did not foresee.
 *
 * <p>Nothing here recurses or walks what was built, so neither deep nesting nor cycles nor memo doubling costs more
 * than the bytes that ask for it.
 */
final class PickleReader {
    /** Values that no tensor needs: None, booleans, floats and lists; their content is not kept. */
    private enum Opaque {
        VALUE,
        LIST
    }

    private record Tuple(List<Object> items) {}

    /** A Python dict or OrderedDict; keys are texts or whole numbers. */
    record Dict(Map<Object, Object> entries) {
        Dict() {
            this(new LinkedHashMap<>());
        }
    }

    private final PickleInput in;
    private final List<Object> stack = new ArrayList<>();
    private final IntArrayList marks = new IntArrayList();
    private final Int2ObjectOpenHashMap<Object> memo = new Int2ObjectOpenHashMap<>();

    private PickleReader(PickleInput in) {
        this.in = in;
    }

    /**
     * Runs a pickle.
     *
     * @param entry the archive's entry it came from, for messages
     * @return what it left on the stack: a {@link Dict}, a {@link TorchTensor}, or something of no interest
     */
    static Object read(byte[] pickle, String file, String entry) throws FormatException {
        return new PickleReader(new PickleInput(pickle, file, entry)).run();
    }

    private Object run() throws FormatException {
        while (true) {
            int opcode = in.opcode();
            if (opcode == '.') {
                Object result = pop();
                if (!stack.isEmpty() || !marks.isEmpty() || in.hasMore()) {
                    throw in.wrong("one object and the pickle's end", "more");
                }
                return result;
            }
            step(opcode);
        }
    }

    private void step(int opcode) throws FormatException {
        switch (opcode) {
            case 0x80 -> protocol(in.uint8());
            case '(' -> marks.add(stack.size());
            case 'c' -> push(global(in.line() + "." + in.line()));
            case 'N', 0x88, 0x89 -> push(Opaque.VALUE); // NONE, NEWTRUE, NEWFALSE
            case 'G' -> { // BINFLOAT
                in.skip(8);
                push(Opaque.VALUE);
            }
            case 'K' -> push((long) in.uint8()); // BININT1
            case 'M' -> push((long) in.uint16()); // BININT2
            case 'J' -> push((long) in.int32()); // BININT
            case 0x8a -> push(in.longInteger()); // LONG1
            case 'X' -> push(in.text()); // BINUNICODE
            case ']' -> push(Opaque.LIST);
            case 'a' -> { // APPEND
                pop();
                top(Opaque.class);
            }
            case 'e' -> { // APPENDS
                popToMark();
                top(Opaque.class);
            }
            case '}' -> push(new Dict());
            case 's' -> { // SETITEM
                Object value = pop();
                Object key = pop();
                put(top(Dict.class), key, value);
            }
            case 'u' -> putAll(popToMark()); // SETITEMS
            case ')' -> push(new Tuple(List.of()));
            case 't' -> push(new Tuple(popToMark()));
            case 0x85 -> push(new Tuple(pop(1)));
            case 0x86 -> push(new Tuple(pop(2)));
            case 0x87 -> push(new Tuple(pop(3)));
            case 'q' -> remember(in.uint8()); // BINPUT
            case 'r' -> remember(in.int32()); // LONG_BINPUT
            case 'h' -> recall(in.uint8()); // BINGET
            case 'j' -> recall(in.int32()); // LONG_BINGET
            case 'Q' -> push(storage(pop())); // BINPERSID
            case 'R' -> reduce();
            case 'b' -> { // BUILD: an OrderedDict's attributes, such as PyTorch's _metadata
                pop();
                top(Dict.class);
            }
            default -> throw in.wrong("an opcode of a state dict of tensors", String.format("opcode 0x%02x", opcode));
        }
    }

    private void protocol(int version) throws FormatException {
        if (version != 2) {
            throw in.wrong("pickle protocol 2", "protocol " + version, "save it with torch.save's own default");
        }
    }

    private TorchGlobal global(String name) throws FormatException {
        Optional<TorchGlobal> global = TorchGlobal.of(name);
        if (global.isEmpty()) {
            throw in.wrong(
                    "tensors and nothing else (" + TorchGlobal.allowed() + ")",
                    "the global " + name,
                    TorchGlobal.remedy(name));
        }
        return global.get();
    }

    private void reduce() throws FormatException {
        List<Object> arguments = as(Tuple.class, pop()).items;
        TorchGlobal callable = as(TorchGlobal.class, pop());
        if (callable == TorchGlobal.ORDERED_DICT && arguments.isEmpty()) {
            push(new Dict());
        } else if (callable == TorchGlobal.REBUILD_TENSOR && arguments.size() >= 6) {
            push(tensor(arguments));
        } else {
            throw in.wrong("an empty OrderedDict or a tensor of 6 arguments", callable + " of " + arguments.size());
        }
    }

    /** Arguments: storage, offset, shape, strides; what follows (gradients, hooks) has no meaning for values. */
    private TorchTensor tensor(List<Object> arguments) throws FormatException {
        List<Object> shape = as(Tuple.class, arguments.get(2)).items;
        List<Object> strides = as(Tuple.class, arguments.get(3)).items;
        if (shape.size() != strides.size() || shape.size() > SafeTensorsHeader.MAX_RANK) {
            throw in.wrong(
                    "one stride a dimension and at most " + SafeTensorsHeader.MAX_RANK + " dimensions",
                    strides.size() + " strides and " + shape.size() + " dimensions");
        }
        int[] dims = new int[shape.size()];
        long[] steps = new long[shape.size()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = length(shape.get(axis));
            steps[axis] = as(Long.class, strides.get(axis));
        }
        TorchTensor.Storage storage = as(TorchTensor.Storage.class, arguments.get(0));
        TorchTensor tensor = new TorchTensor(storage, as(Long.class, arguments.get(1)), dims, steps);
        if (!tensor.problem().isEmpty()) {
            throw in.wrong("a tensor that fits its storage", tensor.problem());
        }
        return tensor;
    }

    /** From a persistent id: ("storage", class, key, device it lived on, number of elements). */
    private TorchTensor.Storage storage(Object id) throws FormatException {
        List<Object> parts = as(Tuple.class, id).items;
        if (parts.size() != 5 || !"storage".equals(parts.get(0))) {
            throw in.wrong("a storage of five parts", "another persistent object");
        }
        NamedArray.Type type = as(TorchGlobal.class, parts.get(1)).storageType().orElse(null);
        if (type == null) {
            throw in.wrong("a storage class", parts.get(1).toString());
        }
        return new TorchTensor.Storage(as(String.class, parts.get(2)), type, length(parts.get(4)));
    }

    private int length(Object value) throws FormatException {
        long length = as(Long.class, value);
        if (length < 0 || length > NamedArray.MAX_VALUES) {
            throw in.wrong("a length from 0 to " + NamedArray.MAX_VALUES, String.valueOf(length));
        }
        return (int) length;
    }

    private void putAll(List<Object> keysAndValues) throws FormatException {
        if (keysAndValues.size() % 2 != 0) {
            throw in.wrong("keys and values in pairs", keysAndValues.size() + " objects");
        }
        Dict dict = top(Dict.class);
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            put(dict, keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private void put(Dict dict, Object key, Object value) throws FormatException {
        if (!(key instanceof String) && !(key instanceof Long)) {
            throw in.wrong("a text or a number as key", kind(key));
        }
        if (dict.entries.put(key, value) != null) {
            throw in.wrong("distinct keys", "'" + key + "' twice");
        }
    }

    private void push(Object value) {
        stack.add(value);
    }

    /** The top object, not below the last mark. */
    private Object pop() throws FormatException {
        int floor = marks.isEmpty() ? 0 : marks.topInt();
        if (stack.size() <= floor) {
            throw in.wrong("an object on the stack", "none");
        }
        return stack.remove(stack.size() - 1);
    }

    private List<Object> pop(int count) throws FormatException {
        Object[] items = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            items[i] = pop();
        }
        return List.of(items);
    }

    private List<Object> popToMark() throws FormatException {
        if (marks.isEmpty()) {
            throw in.wrong("a mark on the stack", "none");
        }
        List<Object> above = stack.subList(marks.popInt(), stack.size());
        List<Object> items = List.copyOf(above);
        above.clear();
        return items;
    }

    private <T> T top(Class<T> type) throws FormatException {
        Object top = pop();
        push(top);
        return as(type, top);
    }

    private void remember(int index) throws FormatException {
        memo.put(index, top(Object.class));
    }

    private void recall(int index) throws FormatException {
        Object value = memo.get(index);
        if (value == null) {
            throw in.wrong("an object remembered before", "none under " + Integer.toUnsignedString(index));
        }
        push(value);
    }

    private <T> T as(Class<T> type, Object value) throws FormatException {
        if (!type.isInstance(value)) {
            throw in.wrong("an object of kind " + type.getSimpleName(), kind(value));
        }
        return type.cast(value);
    }

    /** Never the value itself: it may be nested without end. */
    private static String kind(Object value) {
        return value instanceof Opaque ? "None, a flag, a float or a list" : value.getClass().getSimpleName();
    }
}
