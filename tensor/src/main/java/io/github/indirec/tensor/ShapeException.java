package io.github.indirec.tensor;

/** A tensor of the wrong shape, type or device was passed; the message names operation, argument, expected and found. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
