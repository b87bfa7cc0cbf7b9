package io.github.indirec.model.io;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads the state dict of a PyTorch checkpoint ({@code .pt}, PyTorch 1.6 and later), so that published weights load
 * without Python. A checkpoint is a zip archive of a pickle and of raw little-endian storages; the pickle is read by an
 * allow-list machine that can build tensors and nothing else.
 *
 * <p>Accepted: a state dict of float32, float64, int32 or int64 tensors, also one level down under {@code state_dict}
 * or {@code model_state_dict}. Tensors that share memory share one array. Memory is bounded by the file's size.
 * Stateless, for any number of threads.
 */
public final class TorchCheckpoint {
    private static final List<String> NESTED_KEYS = List.of("state_dict", "model_state_dict");

    private TorchCheckpoint() {}

    /** Reads a file. */
    public static TensorFile read(Path file) throws IOException {
        requireZip(file);
        try (ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8)) {
            return read(new TorchArchive(zip, file));
        } catch (ZipException | EOFException e) {
            throw new FormatException(
                    file.toString(),
                    "",
                    "a well-formed zip archive",
                    String.valueOf(e.getMessage()),
                    "the file is damaged: fetch or copy it again",
                    e);
        }
    }

    private static void requireZip(Path file) throws IOException {
        byte[] start = Checkpoints.firstBytes(file);
        if (Checkpoints.isZip(start)) {
            return;
        }
        boolean old = Checkpoints.isPickle(start);
        throw new FormatException(
                file.toString(),
                "byte 0",
                "a zip archive, as PyTorch writes since 1.6",
                old ? "a bare pickle, as older versions wrote" : Checkpoints.describe(start),
                old
                        ? "convert it in Python: torch.save(torch.load(file, weights_only=True), file)"
                        : "is this a PyTorch checkpoint?");
    }

    private static TensorFile read(TorchArchive archive) throws IOException {
        Map<String, TorchTensor> state = stateDict(archive);
        Map<String, NamedArray> tensors = new LinkedHashMap<>();
        Map<String, List<String>> namesByStorage = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            tensors.put(name, null);
            namesByStorage
                    .computeIfAbsent(tensor.storage().key(), key -> new ArrayList<>())
                    .add(name);
        });
        // Storage by storage, so that the raw bytes of only one are held.
        for (List<String> names : namesByStorage.values()) {
            readStorage(archive, names, state, tensors);
        }
        return new TensorFile(archive.file(), Map.of(), tensors);
    }

    private static void readStorage(
            TorchArchive archive, List<String> names, Map<String, TorchTensor> state, Map<String, NamedArray> tensors)
            throws IOException {
        TorchTensor.Storage storage = state.get(names.get(0)).storage();
        byte[] bytes = archive.storage(storage);
        Map<TorchTensor, Object> windows = new LinkedHashMap<>();
        for (String name : names) {
            TorchTensor tensor = state.get(name);
            if (!tensor.storage().equals(storage)) {
                throw new FormatException(
                        archive.file(),
                        "tensor '" + name + "'",
                        "storage " + storage.key() + " as " + storage.type() + " of " + storage.length(),
                        tensor.storage().type() + " of " + tensor.storage().length(),
                        "the file is damaged: fetch it again");
            }
            Object values = windows.get(tensor);
            if (values == null) {
                values = values(archive, tensor, bytes);
                windows.put(tensor, values);
            }
            tensors.put(name, new NamedArray(name, storage.type(), tensor.shape(), tensor.count(), values));
        }
    }

    private static Object values(TorchArchive archive, TorchTensor tensor, byte[] bytes) throws IOException {
        int width = tensor.storage().type().bytes();
        // Many tensors may look at one storage, each in its own way, so each has to be paid for.
        archive.spend((long) tensor.count() * width);
        InputStream in = tensor.isContiguous()
                ? new ByteArrayInputStream(bytes, (int) tensor.offset() * width, tensor.count() * width)
                : new ByteArrayInputStream(tensor.gather(bytes));
        return LittleEndian.read(in, tensor.storage().type(), tensor.count());
    }

    /** The dict of tensors: the pickle's object itself, or the one it keeps under a customary key. */
    private static Map<String, TorchTensor> stateDict(TorchArchive archive) throws IOException {
        Object object = PickleReader.read(archive.pickle(), archive.file(), archive.pickleName());
        if (object instanceof PickleReader.Dict dict) {
            for (String key : NESTED_KEYS) {
                if (dict.entries().get(key) instanceof PickleReader.Dict nested) {
                    return tensors(nested, archive);
                }
            }
            return tensors(dict, archive);
        }
        throw notStateDict(archive, "another object");
    }

    private static Map<String, TorchTensor> tensors(PickleReader.Dict dict, TorchArchive archive)
            throws FormatException {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<Object, Object> entry : dict.entries().entrySet()) {
            if (!(entry.getKey() instanceof String name) || !NamedArray.isName(name)) {
                throw notStateDict(archive, "the key '" + entry.getKey() + "'");
            }
            if (!(entry.getValue() instanceof TorchTensor tensor)) {
                throw notStateDict(archive, "'" + name + "', which is no tensor");
            }
            tensors.put(name, tensor);
        }
        return tensors;
    }

    private static FormatException notStateDict(TorchArchive archive, String found) {
        return new FormatException(
                archive.file(),
                archive.pickleName(),
                "a state dict: names and tensors, at the top or under " + String.join(" or ", NESTED_KEYS),
                found,
                "save it with torch.save(model.state_dict(), file)");
    }
}
