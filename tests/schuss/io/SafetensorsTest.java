package schuss.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.Spec;
import schuss.internal.AtomicFile;
import schuss.io.Safetensors.Entry;

class SafetensorsTest {
    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        entries.put("z/weight", Entry.of(Shape.of(2, 3), new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 6}));
        entries.put("a", Entry.of(DType.U8, Shape.of(3), ByteBuffer.wrap(new byte[] {9, 8, 7, 6, 5}, 1, 3)));
        entries.put("scalar", Entry.of(DType.I64, Shape.of(), little(8).putLong(0, Long.MIN_VALUE)));
        entries.put("half", Entry.of(DType.BF16, Shape.of(2), little(4).putShort(0, (short) 0x3FC0)));
        entries.put("step", Entry.of(DType.I32, Shape.of(1), little(4).putInt(0, 77)));
        entries.put("mask", Entry.of(DType.BOOL, Shape.of(1, 1), little(1).put(0, (byte) 1)));
        return entries;
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Map<String, String> metadata = Map.of("format", "schuss", "b", "\"\\\n\u0001\u00e9\u20ac\ud83d\ude00/", "", "");
        Safetensors.write(model(), entries(), metadata);
        try (Safetensors file = Safetensors.read(model())) {
            assertEquals(List.of("z/weight", "a", "scalar", "half", "step", "mask"), file.names());
            assertEquals(metadata, file.metadata());
            assertEquals(new Spec("scalar", DType.I64, Shape.of()), file.spec("scalar"));
            assertArrayEquals(new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 6}, file.floats("z/weight"));
            assertArrayEquals(new float[] {1.5f, 0}, file.floats("half"));

            ByteBuffer bytes = ByteBuffer.allocate(5);
            bytes.position(1);
            file.read("a", bytes);
            assertArrayEquals(new byte[] {0, 8, 7, 6, 0}, bytes.array());
            assertEquals(4, bytes.position());
            ByteBuffer number = little(8);
            file.read("scalar", number);
            assertEquals(Long.MIN_VALUE, number.getLong(0));

            assertThrows(NoSuchElementException.class, () -> file.floats("none"));
            assertEquals(
                    "tensor \"step\": expected one of [F32, F16, BF16, F64], got I32",
                    assertThrows(IllegalArgumentException.class, () -> file.floats("step"))
                            .getMessage());
            assertEquals(
                    "buffer for tensor \"a\": expected 3 bytes, got 2",
                    assertThrows(IllegalArgumentException.class, () -> file.read("a", little(2)))
                            .getMessage());
        }
    }

    @Test
    void readsAndWritesMoreThanAChunk() throws IOException {
        float[] values = new float[600_011];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.37f;
        }
        ByteBuffer direct = little(values.length * 4);
        direct.asFloatBuffer().put(values);
        byte[] bytes = new byte[direct.remaining()];
        direct.get(0, bytes);
        Map<String, Entry> entries = new LinkedHashMap<>();
        entries.put("floats", Entry.of(Shape.of(values.length), values));
        entries.put("direct", Entry.of(DType.F32, Shape.of(values.length), direct));
        entries.put(
                "heap",
                Entry.of(
                        DType.F32,
                        Shape.of(values.length),
                        ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
        Safetensors.write(model(), entries, Map.of());
        try (Safetensors file = Safetensors.read(model())) {
            for (String name : file.names()) {
                assertArrayEquals(values, file.floats(name), name);
            }
        }
    }

    @Test
    void theSameInputGivesTheSameBytesAndDataIsAligned() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("b", "2", "a", "1"));
        Safetensors.write(model(), entries(), metadata);
        byte[] first = Files.readAllBytes(model());
        metadata.remove("a");
        metadata.put("a", "1");
        Safetensors.write(model(), entries(), metadata);
        assertArrayEquals(first, Files.readAllBytes(model()));
        assertEquals(0, ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
    }

    @Test
    void writesNothingToo() throws IOException {
        Safetensors.write(model(), Map.of(), Map.of());
        assertEquals("08000000000000007b7d202020202020", HexFormat.of().formatHex(Files.readAllBytes(model())));
        try (Safetensors file = Safetensors.read(model())) {
            assertEquals(List.of(), file.names());
        }
    }

    /** Bytes written by hand: {"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}} and 1.0, -2.0. */
    private static final String FIXTURE = "3800000000000000"
            + "7b2277223a7b226474797065223a22463332222c227368617065223a5b312c325d2c22646174615f6f666673657473223a5b302c38"
            + "5d7d7d0000803f000000c0";

    @Test
    void readsAndWritesTheFormat() throws IOException {
        Files.write(model(), HexFormat.of().parseHex(FIXTURE));
        try (Safetensors file = Safetensors.read(model())) {
            assertEquals(new Spec("w", DType.F32, Shape.of(1, 2)), file.spec("w"));
            assertArrayEquals(new float[] {1, -2}, file.floats("w"));
            assertEquals(Map.of(), file.metadata());
        }
        Safetensors.write(model(), Map.of("w", Entry.of(Shape.of(1, 2), new float[] {1, -2})), Map.of());
        assertEquals(FIXTURE, HexFormat.of().formatHex(Files.readAllBytes(model())));
    }

    private String failure(byte[] content) throws IOException {
        Files.write(model(), content);
        String message = assertThrows(FormatException.class, () -> Safetensors.read(model()))
                .getMessage();
        assertTrue(message.startsWith(model() + ": "), message);
        return message.substring((model() + ": ").length());
    }

    private static byte[] file(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static byte[] file(String header, int dataBytes) {
        return file(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    @Test
    void acceptsAnyOrderAndSpace() throws IOException {
        String header = "{ 'b\\u00e9\\/' :\n{'data_offsets':[4, 8],\t'shape':[ ],'dtype':'F32'},"
                + "'__metadata__':{},'a':{'dtype':'U8','shape':[2,2],'data_offsets':[0,4]}}  \r\n";
        Files.write(model(), file(header, 8));
        try (Safetensors file = Safetensors.read(model())) {
            assertEquals(List.of("a", "b\u00e9/"), file.names());
            assertEquals(Shape.of(), file.spec("b\u00e9/").shape());
        }
    }

    @Test
    void saysWhatIsWrongWithTheLength() throws IOException {
        assertEquals("expected at least 8 bytes, got 0", failure(new byte[0]));
        assertEquals("expected at least 8 bytes, got 7", failure(new byte[7]));
        byte[] fixture = HexFormat.of().parseHex(FIXTURE);
        assertEquals(
                "expected a safetensors file, whose header here has at most 55 bytes, got a file whose first 8 bytes say 56",
                failure(Arrays.copyOf(fixture, 8 + 55)));
        assertEquals(
                "tensor \"w\": expected to end within the file's 7 bytes of data, got 8",
                failure(Arrays.copyOf(fixture, fixture.length - 1)));
        assertEquals("expected 8 bytes of data, got 9", failure(Arrays.copyOf(fixture, fixture.length + 1)));
        byte[] huge = fixture.clone();
        Arrays.fill(huge, 0, 8, (byte) 0xFF);
        assertEquals(
                "expected a safetensors file, whose header here has at most 64 bytes, got a file whose first 8 bytes say 18446744073709551615",
                failure(huge));
        assertEquals("header, character 0: expected '{', got the end", failure(new byte[8]));
    }

    @Test
    void neverAllocatesAHugeHeader() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs sparse files");
        try (var file = new java.io.RandomAccessFile(model().toFile(), "rw")) {
            file.write(new byte[] {0, 0, 0, 8}); // 2^27
            file.setLength(1L << 28);
        }
        assertEquals(
                "expected a safetensors file, whose header here has at most 100000000 bytes, got a file whose first 8 bytes say 134217728",
                assertThrows(FormatException.class, () -> Safetensors.read(model()))
                        .getMessage()
                        .substring((model() + ": ").length()));
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        byte[] header = "{\"\0\":{}}".getBytes(StandardCharsets.UTF_8);
        header[2] = (byte) 0xC3;
        assertEquals("header: expected UTF-8, got other bytes", failure(file(header, 0)));
    }

    /** Single quotes stand for double ones; the files have 8 bytes of data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                " {}                      | ` {}`",
                "header, character 0: expected '{', got '[' | []",
                "header, character 1: expected '\"', got the end | {",
                "header, character 1: expected '\"', got '1' | {1:2}",
                "header, character 5: expected '{', got '1' | {'w':1}",
                "header, character 4: expected ':', got '}' | {'w'}",
                "header, character 3: expected the end of a string, got the end | {'w",
                "header, character 3: expected one of \" \\ / b f n r t u after a backslash, got 'x' | {'\\x':{}}",
                "header, character 6: expected four hexadecimal digits, got 'g' | {'\\u00g0':{}}",
                "header, character 9: expected surrogates in pairs in the string before, got ':' | {'\\ud800':{}}",
                "header, character 2: expected control characters in a string to be escaped, got character U+0001 |"
                        + " {'\u0001':{}}",
                "header, character 55: expected the end, got '{' | " + GOOD_TENSOR + "{}",
                "header, character 55: expected '\"', got '}' | {'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}"
                        + " ,}",
                "tensor \"w\": expected dtype, shape and data_offsets, got no dtype | {'w':{}}",
                "tensor \"w\": expected dtype, shape and data_offsets, got no shape | {'w':{'dtype':'F32'}}",
                "tensor \"w\": expected dtype, shape and data_offsets, got no data_offsets |"
                        + " {'w':{'dtype':'F32','shape':[2]}}",
                "tensor \"w\": expected dtype, shape and data_offsets, got \"x\" | {'w':{'x':1}}",
                "tensor \"w\": expected each key once, got \"dtype\" twice | {'w':{'dtype':'F32','dtype':'F32'}}",
                "tensor \"w\": expected 2 bytes for (1) of F16, got data_offsets of 8 |"
                        + " {'w':{'dtype':'F16','shape':[1],'data_offsets':[0,8]}}",
                "header, character 19: expected '\"', got '1' | {'w':{     'dtype':1}}",
                "tensor \"w\": expected 0 bytes for [0, 2] of F32, got data_offsets of 8 |"
                        + " {'w':{'dtype':'F32','shape':[0,2],'data_offsets':[0,8]}}",
                "tensor \"w\": shape: expected dimensions from 0 to 2147483647, got [2147483648] |"
                        + " {'w':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,8]}}",
                "tensor \"w\": shape: expected below 2^63 bytes, got [2147483647, 2147483647, 2147483647] |"
                        + " {'w':{'dtype':'U8','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,8]}}",
                "header, character 29: expected a whole number of at least 0, got '-' |"
                        + " {'w':{'dtype':'F32','shape':[-2]}}",
                "header, character 30: expected ']', got '.' | {'w':{'dtype':'F32','shape':[2.0]}}",
                "header, character 29: expected a whole number of at least 0, got '0' |"
                        + " {'w':{'dtype':'F32','shape':[02]}}",
                "header, character 29: expected a number below 2^63, got '9' |"
                        + " {'w':{'dtype':'F32','shape':[9223372036854775808]}}",
                "tensor \"w\": expected 12 bytes for (3) of F32, got data_offsets of 8 |"
                        + " {'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}",
                "tensor \"w\": data_offsets: expected a begin and an end behind it, got [8, 0] |"
                        + " {'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
                "tensor \"w\": data_offsets: expected a begin and an end behind it, got [0, 4, 8] |"
                        + " {'w':{'dtype':'F32','shape':[2],'data_offsets':[0,4,8]}}",
                "tensor \"w\": expected data from byte 0 on, without holes or overlaps, got from 4 |"
                        + " {'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "tensor \"w\": expected data from byte 6 on, without holes or overlaps, got from 4 |"
                        + " {'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},"
                        + "'v':{'dtype':'U8','shape':[6],'data_offsets':[0,6]}}",
                "tensor \"w\": expected data from byte 3 on, without holes or overlaps, got from 4 |"
                        + " {'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},"
                        + "'v':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}",
                "tensor \"w\": expected to end within the file's 8 bytes of data, got 12 |"
                        + " {'w':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}",
                "expected 4 bytes of data, got 8 | {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                "expected 0 bytes of data, got 8 | {}",
                "header: expected each name once, got \"w\" twice |"
                        + " {'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'\\u0077':{}}",
                "header: expected each name once, got \"__metadata__\" twice | {'__metadata__':{},'__metadata__':{}}",
                "metadata: expected each key once, got \"a\" twice | {'__metadata__':{'a':'1','a':'1'}}",
                "header, character 21: expected '\"', got '1' | {'__metadata__':{'a':1}}",
                "header, character 16: expected '{', got '[' | {'__metadata__':[]}",
            })
    void saysWhatIsWrongWithTheHeader(String expected, String header) throws IOException {
        if (header.equals(" {}")) {
            expected = "header, character 0: expected '{', got character U+0020";
        }
        assertEquals(expected, failure(file(header, 8)));
    }

    /** A strange tensor beside is no reason not to read the others. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "F16 | [1] | 2",
                "I8 | [1] | 1",
                "U16 | [1] | 2",
                "U64 | [1] | 8",
                "F8_E5M2 | [4] | 4",
                "C64 | [1] | 8",
                "F4 | [6] | 3",
                "F32 | [0, 3] | 0",
                "I64 | [0] | 0",
                "SOMETHING_NEW | [2, 2] | 7"
            })
    void readsBesideAStrangeTensor(String type, String shape, int bytes) throws IOException {
        String header = "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'x':{'dtype':'" + type + "','shape':"
                + shape + ",'data_offsets':[8," + (8 + bytes) + "]}}";
        try (Safetensors file = Safetensors.read(Files.write(model(), file(header, 8 + bytes)))) {
            assertEquals(List.of("w", "x"), file.names());
            assertArrayEquals(new float[2], file.floats("w"));
            assertEquals(type, file.type("x"));
            assertEquals(shape, file.extents("x").toString());
            assertThrows(FormatException.class, () -> file.spec("x"));
        }
    }

    /** The next float of each, by the definitions of IEEE 754 and of bfloat16. */
    @Test
    void halvesAndDoublesAsFloats() throws IOException {
        short[] halves = {
            0x0000, (short) 0x8000, 0x3C00, (short) 0xC000, 0x3555, 0x7BFF, 0x0400, 0x0001, (short) 0x83FF, 0x7C00
        };
        float[] expected = {0, -0f, 1, -2, 0.333251953125f, 65504, 0x1p-14f, 0x1p-24f, -1023 * 0x1p-24f, 1f / 0};
        ByteBuffer f16 = little(2 * halves.length);
        for (short half : halves) {
            f16.putShort(half);
        }
        ByteBuffer bf16 = little(4).putShort((short) 0x3F80).putShort((short) 0xC049);
        ByteBuffer f64 = little(16).putDouble(0.1).putDouble(1e300);
        Path path = folder.resolve("halves.safetensors");
        String header = "{\"h\":{\"dtype\":\"F16\",\"shape\":[10],\"data_offsets\":[0,20]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[20,24]},"
                + "\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[24,40]}}";
        byte[] bytes = new byte[8 + header.length() + 40];
        ByteBuffer all = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        all.putLong(header.length());
        all.put(header.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        all.put(f16.flip()).put(bf16.flip()).put(f64.flip());
        Files.write(path, bytes);
        try (Safetensors file = Safetensors.read(path)) {
            assertArrayEquals(expected, file.floats("h"));
            assertArrayEquals(new float[] {1, -3.140625f}, file.floats("b"));
            assertArrayEquals(new float[] {0.1f, Float.POSITIVE_INFINITY}, file.floats("d"));
        }
    }

    private static final String GOOD_TENSOR = "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} }";

    @Test
    void refusesWhatCannotBeStored() throws IOException {
        Entry entry = Entry.of(Shape.of(), new float[1]);
        assertEquals(
                "data: expected 8 bytes for (2) of F32, got 4",
                assertThrows(IllegalArgumentException.class, () -> Entry.of(DType.F32, Shape.of(2), little(4)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Entry.of(Shape.of(2), new float[3]));
        for (String name : new String[] {"__metadata__", "\ud800"}) {
            assertThrows(
                    IllegalArgumentException.class, () -> Safetensors.write(model(), Map.of(name, entry), Map.of()));
        }
        assertFalse(Files.exists(model()));
    }

    @Test
    void checksWhereItIsToWrite() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1});
        Safetensors.checkWritable(file);
        Safetensors.checkWritable(model());
        Safetensors.checkWritable(Path.of("relative.safetensors"));
        assertFalse(Files.exists(model()));

        Path none = folder.resolve("none");
        Map<Path, String> problems = Map.of(
                none.resolve("m"),
                "expected an existing folder " + none + ", got none",
                file.resolve("m"),
                "expected a folder " + file + ", got a file",
                folder,
                "expected the name of a file, got a folder",
                Path.of("/"),
                "expected the name of a file, got a folder");
        problems.forEach((path, problem) -> {
            assertEquals(
                    path + ": " + problem,
                    assertThrows(IllegalArgumentException.class, () -> Safetensors.checkWritable(path))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> Safetensors.write(path, entries(), Map.of()));
        });
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "this system has no /dev/null");
        assertThrows(IllegalArgumentException.class, () -> Safetensors.checkWritable(device));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path old = Files.writeString(folder.resolve("file"), "old");
        assertThrows(
                IOException.class,
                () -> AtomicFile.write(old, out -> {
                    out.write(ByteBuffer.allocate(1000));
                    throw new IOException("the disk is full");
                }));
        assertEquals("old", Files.readString(old));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(old), files.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw-r--"})
    void keepsPermissionsAndLinks(String permissions) throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        Path real = Files.createDirectory(folder.resolve("real")).resolve("m");
        Files.write(real, new byte[1]);
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString(permissions));
        Path link = Files.createSymbolicLink(model(), real);
        Safetensors.write(link, entries(), Map.of());
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
        Safetensors.read(real).close();
    }

    @Test
    void newFilesHaveTheUsualPermissions() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        Path usual = Files.write(folder.resolve("usual"), new byte[1]);
        Safetensors.write(model(), entries(), Map.of());
        assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(model()));
    }

    @Test
    void anOpenFileOutlivesItsReplacement() throws IOException {
        Safetensors.write(model(), Map.of("w", Entry.of(Shape.of(1), new float[] {1})), Map.of());
        try (Safetensors file = Safetensors.read(model())) {
            Safetensors.write(model(), Map.of("w", Entry.of(Shape.of(1), new float[] {2})), Map.of());
            assertArrayEquals(new float[] {1}, file.floats("w"));
        }
    }
}
