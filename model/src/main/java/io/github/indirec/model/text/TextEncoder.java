package io.github.indirec.model.text;

import java.util.List;

/**
 * A language model that turns a text into a vector, such as bge-small or bge-m3.
 *
 * <p>Deterministic: a text gets the same bits whatever stands beside it in the list and whatever the number of threads.
 * An encoder with dynamic quantisation must therefore not run several texts as one batch, since they would share its
 * scales. For one thread at a time; it may use more inside.
 */
public interface TextEncoder extends AutoCloseable {
    /** What the model is called, for example {@code bge-small-en-v1.5-int8}; it is kept beside the vectors. */
    String name();

    /** Numbers a vector. */
    int width();

    /**
     * The vectors of some texts, in their order.
     *
     * <p>It finishes its work when the thread is interrupted and leaves the interrupt flag set: callers hand over few
     * texts at a time.
     *
     * @return [texts x {@link #width}], all finite
     */
    float[][] encode(List<String> texts);

    /** Ends the threads and frees the memory of the model. */
    @Override
    void close();
}
