package schuss.backend.cpu;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * What a server does that starts an application again and again: each has a class loader of its own and works in a thread
 * that stays. {@code Redeploys ROUNDS} prints what is left after each tenth.
 */
final class Redeploys {
    private static final int PATIENCE = 100;
    private static final long PAUSE_MILLIS = 20;

    private final URL[] classes;
    private final String work;
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    /** @param work the class whose method run, without parameters, is the application */
    Redeploys(String work) {
        this.work = work;
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        classes = Arrays.stream(path.split(File.pathSeparator))
                .map(Redeploys::url)
                .toArray(URL[]::new);
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    void round(ExecutorService server) throws Exception {
        server.submit(() -> {
                    Thread thread = Thread.currentThread();
                    ClassLoader before = thread.getContextClassLoader();
                    try (URLClassLoader own = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
                        loaders.add(new WeakReference<>(own));
                        thread.setContextClassLoader(own);
                        own.loadClass(work).getMethod("run").invoke(null);
                    } finally {
                        thread.setContextClassLoader(before);
                    }
                    return null;
                })
                .get();
    }

    /** How many class loaders are left, after waiting for the collector. */
    long alive() throws InterruptedException {
        for (int i = 0; i < PATIENCE && count() > 0; i++) {
            System.gc();
            Thread.sleep(PAUSE_MILLIS);
        }
        return count();
    }

    private long count() {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    /** The files of ours that are mapped, and those that are open. */
    static List<String> nativeFiles() throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("libjnischuss"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .toList();
        }
    }

    static long openFiles() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static String residentMegabytes() throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB")
                    .findFirst()
                    .orElseThrow();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Redeploys redeploys = new Redeploys(RedeployTest.Application.class.getName());
        ExecutorService server = Executors.newSingleThreadExecutor();
        int rounds = Integer.parseInt(arguments[0]);
        for (int i = 1; i <= rounds; i++) {
            redeploys.round(server);
            redeploys.alive();
            if (i == 1 || i % 10 == 0) {
                System.out.println(i + ": class loaders " + redeploys.alive() + ", resident " + residentMegabytes()
                        + ", threads " + Thread.activeCount() + ", open files " + openFiles() + ", libraries "
                        + nativeFiles().size());
            }
        }
        server.shutdown();
    }
}
