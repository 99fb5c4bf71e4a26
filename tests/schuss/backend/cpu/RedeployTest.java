package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.History;
import schuss.train.Trainer;

/** After an application has closed all of its own, nothing of it stays in a server that has more to do. */
class RedeployTest {
    private static final int ROUNDS = 4;

    @Test
    void nothingOfAClosedApplicationStays() throws Exception {
        Native.load(); // from the folder's own file: applications get copies
        Set<String> files = mappedFolder();
        List<String> libraries = Redeploys.nativeFiles();
        Redeploys redeploys = new Redeploys(Application.class.getName());
        ExecutorService server = Executors.newSingleThreadExecutor();
        try {
            redeploys.round(server);
            redeploys.alive();
            long open = Redeploys.openFiles();
            int threads = Thread.activeCount();
            for (int i = 0; i < ROUNDS; i++) {
                redeploys.round(server);
            }
            // newer ones keep the last until memory is scarce
            int kept = Runtime.version().feature() == 17 ? 0 : 1;
            assertTrue(redeploys.alive() <= kept, "class loaders: " + redeploys.alive());
            for (int i = 0; i < 100 && Redeploys.nativeFiles().size() > libraries.size() + 1; i++) {
                System.gc(); // a library goes after its class loader
                Thread.sleep(20);
            }
            assertTrue(
                    Redeploys.nativeFiles().size() <= libraries.size() + 1,
                    () -> "of " + libraries + " there are " + String.join(" ", mapped()));
            assertTrue(Redeploys.openFiles() <= open, "open files: " + open + ", then " + Redeploys.openFiles());
            assertTrue(
                    Thread.activeCount() <= threads,
                    "threads: " + Thread.getAllStackTraces().keySet());
            assertEquals(files, mappedFolder());
        } finally {
            server.shutdown();
        }
    }

    private static List<String> mapped() {
        try {
            return Redeploys.nativeFiles();
        } catch (Exception e) {
            return List.of(e.toString());
        }
    }

    /** What is in the folder that our library was loaded from. */
    private static Set<String> mappedFolder() throws Exception {
        Path folder = Path.of(Redeploys.nativeFiles().get(0)).getParent();
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).collect(Collectors.toSet());
        }
    }

    /** Uses what keeps something for a thread or for all: data that is changed as it is read, JSON, a session. */
    public static final class Application {
        private Application() {}

        public static void run() {
            Dataset xor = Dataset.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, Shape.of(2), new int[] {0, 1, 1, 0}, 2)
                    .map(Shape.of(2), x -> new float[] {2 * x[0], 2 * x[1]});
            try (Device device = Device.cpu(2);
                    Model model = Model.create(
                            Sequential.of(new Dense(8), new Tanh(), new Dense(2)), Shape.of(2), device, 1)) {
                History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                        .withBatchSize(2)
                        .withEpochs(3)
                        .fit(xor);
                model.predict(new float[] {0, 1});
                if (history.toJson().isEmpty()) {
                    throw new AssertionError("no history");
                }
                try (Session session = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                        .session(2)) {
                    session.run();
                }
            }
        }
    }
}
