package io.github.indirec.model.train;

/** A loss became NaN or infinite; the message names the term, the epoch and the batch. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(message);
    }
}
