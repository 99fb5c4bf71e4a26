package schuss.cli;

import java.util.concurrent.CountDownLatch;
import schuss.train.Callback;
import schuss.train.Progress;
import schuss.train.Trainer;

/**
 * While it is open, Ctrl-C stops training after the current batch. The JVM ends when its shutdown hooks have finished;
 * ours waits until the command has saved its files and said so. The exit code is that of the signal, 130.
 */
final class Interrupt implements Callback, AutoCloseable {
    static final int EXIT_CODE = 130;

    private static final CountDownLatch COMMAND_DONE = new CountDownLatch(1);

    private final Trainer trainer;
    private final Thread hook = new Thread(this::stopAndWait, "schuss-interrupt");
    private volatile boolean requested;

    private Interrupt(Trainer trainer) {
        this.trainer = trainer;
    }

    static Interrupt of(Trainer trainer) {
        Interrupt interrupt = new Interrupt(trainer);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /** Tells that all is written and said, so that the JVM may end. */
    static void commandDone() {
        COMMAND_DONE.countDown();
    }

    boolean requested() {
        return requested;
    }

    private void stopAndWait() {
        requested = true;
        trainer.stop();
        try {
            COMMAND_DONE.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stop that came before training began was forgotten when it began: repeat it. */
    @Override
    public void onProgress(Progress progress) {
        if (requested) {
            trainer.stop();
        }
    }

    @Override
    public void close() {
        if (requested) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the JVM is ending: the hook runs
        }
    }
}
