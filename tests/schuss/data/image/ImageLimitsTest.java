package schuss.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static schuss.data.image.EncodedImages.bytes;
import static schuss.data.image.EncodedImages.chunk;
import static schuss.data.image.EncodedImages.png;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import schuss.Shape;
import schuss.data.DataException;
import schuss.data.files.Idx;
import schuss.data.files.IdxFiles;
import schuss.data.image.ImageOptions.Unreadable;
import schuss.datasets.DataFolders;
import schuss.datasets.Source;
import schuss.datasets.WebFolder;

/** Files that claim too much, and threads that are interrupted while they read. */
class ImageLimitsTest {
    private static final Shape ONE = Shape.of(1, 1, 1);

    @TempDir
    Path folder;

    @AfterEach
    void interrupted() {
        Thread.interrupted(); // nothing for the next test
    }

    private static void refused(String expected, Executable reading) {
        String message = assertThrows(DataException.class, reading).getMessage();
        assertTrue(message.contains(expected), message);
    }

    /** 50,000 x 50,000 pixels, which would be 2.5 GB, in a file of 100 kB and in smaller ones of every format. */
    @Test
    void whatClaimsToBeHugeIsRefusedByName() throws IOException {
        int side = 50_000;
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        large.writeBytes(bytes(0x89, 'P', 'N', 'G', 13, 10, 26, 10));
        large.writeBytes(EncodedImages.header(side, side, 8, EncodedImages.GREY));
        large.writeBytes(chunk("IDAT", EncodedImages.deflated(new byte[100_000_000])));
        large.writeBytes(chunk("IEND"));
        assertTrue(large.size() > 90_000 && large.size() < 200_000, "" + large.size());
        byte[] jpeg = EncodedImages.file(SampleImages.grey(8, 8, 1), "jpg");
        for (int at = 2; at < jpeg.length; at++) {
            if (jpeg[at] == (byte) 0xFF && jpeg[at + 1] == (byte) 0xC0) {
                ByteBuffer.wrap(jpeg).putShort(at + 5, (short) side).putShort(at + 7, (short) side);
            }
        }
        byte[] gif = EncodedImages.file(SampleImages.grey(8, 8, 1), "gif");
        for (int at = 13 + 3 * 256; at < gif.length; at++) { // behind its colours
            if (gif[at] == ',') {
                ByteBuffer.wrap(gif)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort(at + 5, (short) side)
                        .putShort(at + 7, (short) side);
                break;
            }
        }
        byte[] bmp = EncodedImages.file(SampleImages.grey(8, 8, 1), "bmp");
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, side).putInt(22, side);
        String expected = ": expected at most 100000000 pixels, got 2500000000";
        int i = 0;
        for (byte[] file : List.of(large.toByteArray(), jpeg, gif)) {
            Path path = Files.write(folder.resolve("huge" + i++), file);
            refused(path + expected, () -> ImageFile.read(path, ONE));
            refused(path + expected, () -> ImageFile.header(path));
            refused("image" + expected, () -> ImageFile.read(file, ONE));
        }
        Path path = Files.write(folder.resolve("huge.bmp"), bmp);
        refused(path + ": expected a", () -> ImageFile.read(path, ONE)); // Java itself calls it damaged
    }

    /** A GIF of 40 bytes, whose one image would be 5,632 x 16,386 pixels. */
    @Test
    void someBytesAreNoMillionsOfPixels() throws IOException {
        byte[] gif = bytes(
                0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x29, 0x20, 0x02, 0x00, 0xf0, 0x7d, 0x00, 0x3f, 0x00, 0x00, 0x80,
                0xff, 0x40, 0x2c, 0x00, 0x00, 0x00, 0x7e, 0x00, 0x16, 0x02, 0x40, 0x08, 0x08, 0x00, 0x01, 0x08, 0x04,
                0x10, 0x00, 0x40, 0x40, 0x00, 0x3b);
        String expected = ": expected at least 5632 bytes for 92285952 pixels, got 40";
        Path path = Files.write(folder.resolve("claims.gif"), gif);
        refused(path + expected, () -> ImageFile.read(path, ONE));
        refused("image" + expected, () -> ImageFile.read(gif, ONE));
        // alike pixels do take next to nothing
        ByteArrayOutputStream blank = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(3000, 3000, BufferedImage.TYPE_BYTE_BINARY), "png", blank);
        assertTrue(blank.size() < 5000, "" + blank.size());
        assertEquals(0, ImageFile.read(blank.toByteArray(), ONE)[0]);
    }

    @Test
    void noMoreThanHalfOfTheMemoryIsAskedFor() throws IOException {
        long most = Runtime.getRuntime().maxMemory() / 2;
        long height = most / (10_000 * 8) + 1; // rows of 10,000 pixels of 8 bytes
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes(0x89, 'P', 'N', 'G', 13, 10, 26, 10));
        file.writeBytes(EncodedImages.header(10_000, (int) height, 16, EncodedImages.COLOUR_ALPHA));
        file.writeBytes(chunk("IDAT", EncodedImages.deflated(new byte[100])));
        // where Java has more memory than the largest image takes, that limit comes first
        refused(
                height > 10_000
                        ? "expected "
                        : "expected at most " + most + " bytes of pixels, half of Java's memory, got "
                                + 80_000 * height,
                () -> ImageFile.read(file.toByteArray(), ONE));
    }

    /** Neither what is narrow and high nor what it is made of is ever held as floats. */
    @Test
    void narrowImagesAreResizedInLittleMemory() {
        byte[] file = png(1, 65_535, 8, EncodedImages.GREY, new byte[65_535]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(4096, ImageFile.read(file, Shape.of(1, 4096, 1)).length); // 1 GB as rows of floats
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 100_000_000, "" + allocated);
    }

    @Test
    void compressedFilesMayNotGrowForever() throws Exception {
        byte[] zeros = IdxFiles.gzip(new byte[3_000_000]);
        Path file = Files.write(folder.resolve("zeros.gz"), zeros);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        refused(
                file + ": expected at most 2999999 bytes without compression, got more",
                () -> Idx.unpack(file, OutputStream.nullOutputStream(), digest, 2_999_999));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Idx.unpack(file, all, digest, 3_000_000);
        assertEquals(3_000_000, all.size());
        refused(file + ": magic number", () -> Idx.read(file));
    }

    @Test
    void serversMayNotSendForever() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 10_000; i++) {
                    out.write(new byte[100_000]); // until the reader has enough
                }
            } catch (IOException enough) {
                return;
            }
        });
        server.start();
        try {
            WebFolder web = new WebFolder(URI.create("http:/" + server.getAddress() + "/"), 1_000_000);
            String message = assertThrows(IOException.class, () -> web.fetch(List.of("x"), folder, line -> {}))
                    .getMessage();
            assertTrue(message.contains("expected a file of at most 1000000 bytes, got more"), message);
            assertTrue(Files.size(folder.resolve("x.gz")) <= 1_000_000);
        } finally {
            server.stop(0);
        }
    }

    /** A thread that is interrupted already, and one that is meanwhile. */
    @Test
    void interruptsDamageNothing() throws Exception {
        Path images = SampleImages.write(folder.resolve("images"), 30, 1, "a", "b");
        Path idx = IdxFiles.write(folder.resolve("idx"));
        ImageOptions skip = ImageOptions.DEFAULT.withUnreadable(Unreadable.SKIP);
        Thread.currentThread().interrupt();
        ImageFolder read = ImageFolder.open(images, skip);
        assertEquals(60, read.size());
        assertEquals(List.of(), read.skipped());
        ImageFile.read(read.file(0), ONE);
        assertEquals(3, IdxFiles.SET.read(idx, IdxFiles.SET.train()).size());
        IdxFiles.SET.verify(idx);
        assertTrue(Thread.currentThread().isInterrupted());
        assertTrue(Thread.interrupted());

        Thread reader = Thread.currentThread();
        Thread other = new Thread(() -> {
            for (int i = 0; i < 400; i++) {
                reader.interrupt();
                Thread.onSpinWait();
                try {
                    Thread.sleep(1);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        other.start();
        while (other.isAlive()) {
            assertEquals(List.of(), ImageFolder.open(images, skip).skipped());
            assertEquals(3, IdxFiles.SET.read(idx, IdxFiles.SET.train()).size());
        }
        assertTrue(Thread.interrupted());
    }

    @Test
    void streamsMayNotGoOnForever() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 7;
            }

            @Override
            public int read(byte[] into, int from, int count) {
                return count;
            }
        };
        refused("image: expected at most 268435456 bytes, got more", () -> ImageFile.read(endless, ONE));
    }

    @Test
    void streamsThatAreInterruptedSaySo() {
        List<IOException> causes = List.of(new InterruptedIOException("so"), new ClosedByInterruptException());
        for (IOException cause : causes) {
            InputStream in = new InputStream() {
                @Override
                public int read() throws IOException {
                    throw cause;
                }
            };
            refused("image: expected to be read to the end, got interrupted", () -> ImageFile.read(in, ONE));
            assertTrue(Thread.interrupted(), cause.toString());
        }
    }

    private static Source source(String place, List<String> calls, IOException failure) {
        return new Source() {
            @Override
            public String place() {
                return place;
            }

            @Override
            public Path fetch(List<String> names, Path target, Consumer<String> progress) throws IOException {
                calls.add(place);
                throw failure;
            }
        };
    }

    /** No second place is asked, as it would be for one that has failed. */
    @Test
    void interruptedDownloadsSaySo() throws IOException {
        List<String> calls = new ArrayList<>();
        DataFolders folders = new DataFolders(
                folder.resolve("system"),
                folder.resolve("cache"),
                List.of(
                        source("first", calls, new InterruptedIOException("cut")),
                        source("second", calls, new IOException("none"))));
        refused(
                "tiny: expected to be fetched to the end, got interrupted: first: cut",
                () -> folders.first(IdxFiles.SET, line -> {}, IdxFiles.SET::verify));
        assertEquals(List.of("first"), calls);
        assertTrue(Thread.interrupted());

        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start(); // and never answers
        try {
            DataFolders web = new DataFolders(
                    folder.resolve("system"),
                    folder.resolve("cache"),
                    List.of(new WebFolder(URI.create("http:/" + server.getAddress() + "/"))));
            Thread.currentThread().interrupt();
            refused("interrupted", () -> web.first(IdxFiles.SET, line -> {}, IdxFiles.SET::verify));
            assertTrue(Thread.interrupted());
        } finally {
            server.stop(0);
        }
        // what is there already is read, whatever happens to the thread
        IdxFiles.write(folder.resolve("cache/tiny"));
        Thread.currentThread().interrupt();
        assertEquals(folder.resolve("cache/tiny"), folders.first(IdxFiles.SET, line -> {}, IdxFiles.SET::verify));
        assertEquals(List.of("first"), calls);
        assertTrue(Thread.interrupted());
    }
}
