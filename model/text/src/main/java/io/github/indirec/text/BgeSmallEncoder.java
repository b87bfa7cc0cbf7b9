package io.github.indirec.text;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.indirec.model.text.TextEncoder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * bge-small-en-v1.5 (Xiao et al., arXiv 2309.07597) with 8-bit weights, run by ONNX Runtime: the smallest member of the
 * paper's family of encoders that is any good, and small enough to come in a jar.
 *
 * <p>The vector is the last hidden state of {@code [CLS]}, normalised to length 1; a text is cut at
 * {@value #MAX_TOKENS} word pieces, as the model was trained. No query prefix, since items are documents.
 *
 * <p>Each text runs by itself on one thread, several texts side by side. The model quantises its activations with scales
 * taken over the whole input, so that texts run as one batch would change each other's bits; nor is a batch faster.
 * ONNX Runtime picks its 8-bit kernels by processor, so other machines may give slightly other vectors.
 */
final class BgeSmallEncoder implements TextEncoder {
    static final String NAME = "bge-small-en-v1.5-int8";
    static final int MAX_TOKENS = 512;

    private static final int WIDTH = 384;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieceTokenizer tokenizer;
    private final ExecutorService threads;

    BgeSmallEncoder(byte[] model, WordPieceTokenizer tokenizer, int threads) throws OrtException {
        this.tokenizer = tokenizer;
        this.environment = OrtEnvironment.getEnvironment();
        environment.setTelemetry(false);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Its warnings would go to stderr, past all Java.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(model, options);
        }
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "indirec-text");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public float[][] encode(List<String> texts) {
        List<Future<float[]>> futures = new ArrayList<>(texts.size());
        for (String text : texts) {
            futures.add(threads.submit(() -> encode(text)));
        }
        float[][] vectors = new float[texts.size()][];
        boolean interrupted = false;
        for (int i = 0; i < vectors.length; ) {
            try {
                vectors[i] = futures.get(i).get();
                i++;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | CancellationException e) {
                futures.forEach(future -> future.cancel(false));
                throw new IllegalStateException(NAME + " failed at a text of "
                        + texts.get(i).length() + " characters: " + e.getMessage(), e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return vectors;
    }

    private float[] encode(String text) throws OrtException {
        long[] ids = tokenizer.encode(text, MAX_TOKENS);
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor inputs = row(ids);
                OnnxTensor mask = row(ones);
                OnnxTensor types = row(new long[ids.length]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", inputs, "attention_mask", mask, "token_type_ids", types))) {
            // [1 x tokens x WIDTH], of which [CLS] is the first.
            FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] vector = new float[WIDTH];
            states.get(vector);
            return normalised(vector);
        }
    }

    private OnnxTensor row(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    private static float[] normalised(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        awaitThreads();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(NAME + " cannot be closed: " + e.getMessage(), e);
        }
    }

    /** A model must not be freed while it runs, interrupted or not; a text takes well under a second. */
    private void awaitThreads() {
        boolean interrupted = Thread.interrupted();
        try {
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Wait on.
            }
        } catch (InterruptedException e) {
            interrupted = true;
            awaitThreads();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
