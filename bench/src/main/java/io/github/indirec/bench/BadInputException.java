package io.github.indirec.bench;

/** Something given to a benchmark is not what it should be; the message is for the user, in one line. */
final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInputException(String message) {
        super(message);
    }
}
