package schuss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/**
 * One thread trains, one predicts, and meanwhile device, model and trainer are closed, in every order. The system property
 * {@code schuss.test.rounds} says how often; a JVM of its own, as it may crash or hang.
 */
class CloseRaceTest {
    private static final int ROUNDS = Integer.getInteger("schuss.test.rounds", 60);
    private static final int[][] ORDERS = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    @Test
    void everyOrderOfClosingEndsWell() throws Exception {
        Process child = ChildJvm.of(List.of(), CloseRaceTest.class).start();
        try {
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(child.waitFor(10, TimeUnit.SECONDS), said);
            assertEquals("closed " + ROUNDS + " times\n", said);
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
        }
    }

    public static void main(String[] arguments) throws Exception {
        int hang = 60 + ROUNDS;
        Thread watch = new Thread(() -> {
            try {
                TimeUnit.SECONDS.sleep(hang);
            } catch (InterruptedException e) {
                return;
            }
            Thread.getAllStackTraces().forEach((thread, frames) -> System.out.println(thread + " " + List.of(frames)));
            Runtime.getRuntime().halt(3);
        });
        watch.setDaemon(true);
        watch.start();
        for (int round = 0; round < ROUNDS; round++) {
            round(round);
        }
        System.out.println("closed " + ROUNDS + " times");
    }

    private static void round(int round) throws Exception {
        Device device = Device.cpu(1 + round % 2);
        Model model = Model.create(Sequential.of(new Dense(64), new Relu(), new Dense(8)), Shape.of(32), device, 1);
        Dataset data = Dataset.of(new float[32 * 256], Shape.of(32), new int[256], 8);
        Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                .withBatchSize(32)
                .withEpochs(1_000_000);
        AtomicReference<Throwable> unexpected = new AtomicReference<>();
        CyclicBarrier begin = new CyclicBarrier(3);
        Thread trains = start(begin, unexpected, () -> trainer.fit(data));
        Thread predicts = start(begin, unexpected, () -> {
            while (true) {
                model.predict(new float[32 * (1 + round % 40)]);
            }
        });
        List<AutoCloseable> owners = List.of(device, model, trainer);
        int[] order = ORDERS[round % ORDERS.length];
        begin.await();
        TimeUnit.MICROSECONDS.sleep(997L * round % 20_011);
        // two of them at once in every other round
        Thread beside = new Thread(() -> close(owners.get(order[1]), unexpected));
        close(owners.get(order[0]), unexpected);
        beside.start();
        if (round / ORDERS.length % 2 == 0) {
            beside.join();
        }
        close(owners.get(order[2]), unexpected);
        beside.join();
        trains.join();
        predicts.join();
        close(trainer, unexpected);
        if (unexpected.get() != null) {
            throw new AssertionError("round " + round, unexpected.get());
        }
        if (device.allocatedBytes() != 0) {
            throw new AssertionError("round " + round + ": " + device.allocatedBytes() + " bytes left");
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** It ends with an IllegalStateException, which says that something is closed. */
    private static Thread start(CyclicBarrier begin, AtomicReference<Throwable> unexpected, Work work) {
        Thread thread = new Thread(() -> {
            try {
                begin.await();
                work.run();
            } catch (IllegalStateException closed) {
                if (!closed.getMessage().contains("closed")) {
                    unexpected.set(closed);
                }
            } catch (Throwable e) {
                unexpected.set(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void close(AutoCloseable owner, AtomicReference<Throwable> unexpected) {
        try {
            owner.close();
        } catch (IllegalStateException e) {
            if (!e.getMessage().equals("Trainer: expected close after the end of fit, got it before")) {
                unexpected.set(e);
            }
        } catch (Throwable e) {
            unexpected.set(e);
        }
    }
}
