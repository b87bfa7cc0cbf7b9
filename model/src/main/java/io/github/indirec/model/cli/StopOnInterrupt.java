package io.github.indirec.model.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Makes Ctrl-C (and a polite kill) an orderly stop: the thread that opened this is interrupted, which ends training at
 * the batch's end with its state saved, and the process waits until this is closed. It then exits with 128 plus the
 * signal's number, 130 for Ctrl-C.
 */
final class StopOnInterrupt implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    StopOnInterrupt(Terminal terminal) {
        Thread training = Thread.currentThread();
        hook = new Thread(
                () -> {
                    terminal.say("stopping at the end of the batch ...");
                    training.interrupt();
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "indirec-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Lets the process end; call when everything is saved and said. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook has run, or is about to find the latch open.
        }
    }
}
