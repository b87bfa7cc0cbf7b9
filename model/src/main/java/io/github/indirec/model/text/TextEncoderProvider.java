package io.github.indirec.model.text;

import java.io.IOException;

/**
 * Service entry of a {@link TextEncoder}: a class with a public constructor without arguments, named in
 * {@code META-INF/services/io.github.indirec.model.text.TextEncoderProvider}. Making it must cost nothing; the model is
 * loaded by {@link #open}.
 */
public interface TextEncoderProvider {
    /** The encoder's name, see {@link TextEncoder#name}. */
    String name();

    /**
     * Loads the model; the caller closes it.
     *
     * @param threads how many may compute at once, at least 1; changes the speed, never the result
     * @throws IOException if it cannot run here, with the reason
     */
    TextEncoder open(int threads) throws IOException;
}
