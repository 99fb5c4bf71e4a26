package schuss.data.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.ExampleReader;

class NpyTest {
    /**
     * Written by NumPy 2.4.6: {@code numpy.savez_compressed(file, x=numpy.asfortranarray(numpy.arange(6)
     * .reshape(3, 2) / 4), y=numpy.array([2, 0, 1]), u=numpy.arange(12, dtype='u1').reshape(3, 2, 2))}.
     */
    private static final String NUMPY =
            "UEsDBC0AAAAIAAAAIQA5rD6s//////////8FABQAeC5ucHkBABAAsAAAAAAAAABWAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l"
                    + "oG6TZqGuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaxjoKRpo6CrUK5AMuBhTwwB5Cf4DSF6D0Cyj9xR4AUEsDBC0AAAAI"
                    + "AAAAIQCKGs4T//////////8FABQAeS5ucHkBABAAmAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Ce"
                    + "ll9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4mBlTACKUBUEsDBC0AAAAIAAAAIQCaCbEc//////////8FABQA"
                    + "dS5ucHkBABAAjAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoX"
                    + "ZyQWpAL5GsY6CkZApKmjUKtAHuBiYGRiZmFlY+fg5OIGAFBLAQItAy0AAAAIAAAAIQA5rD6sVgAAALAAAAAFAAAAAAAAAAAAAACA"
                    + "AQAAAAB4Lm5weVBLAQItAy0AAAAIAAAAIQCKGs4TSgAAAJgAAAAFAAAAAAAAAAAAAACAAY0AAAB5Lm5weVBLAQItAy0AAAAIAAAA"
                    + "IQCaCbEcVAAAAIwAAAAFAAAAAAAAAAAAAACAAQ4BAAB1Lm5weVBLBQYAAAAAAwADAJkAAACZAQAAAAA=";

    @TempDir
    Path folder;

    private static byte[] array(int version, String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        file.put(text).put(data);
        return Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] array(String type, boolean fortran, String shape, byte... data) {
        String order = fortran ? "True" : "False";
        return array(1, "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n", data);
    }

    private Path write(byte... bytes) throws IOException {
        return Files.write(folder.resolve("x.npy"), bytes);
    }

    private Npy npy(String type, boolean fortran, String shape, byte... data) throws IOException {
        return Npy.read(write(array(type, fortran, shape, data)));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void readsWhatNumpyWrote() throws IOException {
        Path file = Files.write(folder.resolve("x.npz"), Base64.getMimeDecoder().decode(NUMPY));
        Map<String, Npy> arrays = Npy.readAll(file);
        assertEquals(List.of("x", "y", "u"), List.copyOf(arrays.keySet()));
        assertEquals(Shape.of(3, 2), arrays.get("x").shape());
        assertArrayEquals(
                new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, arrays.get("x").floats());
        assertArrayEquals(new int[] {2, 0, 1}, arrays.get("y").ints());

        Dataset data = Npy.dataset(arrays.get("x"), arrays.get("y"));
        assertEquals(3, data.size());
        assertEquals(3, data.classes());
        assertEquals(Shape.of(2), data.input().shape());
        assertEquals(1, data.label(2));

        Dataset images = Npy.dataset(arrays.get("u"), arrays.get("y"));
        assertEquals(new Spec("image", DType.U8, Shape.of(2, 2, 1)), images.input());
        ExampleReader reader = new ExampleReader(images);
        reader.read(1);
        assertArrayEquals(new float[] {4 / 255f, 5 / 255f, 6 / 255f, 7 / 255f}, reader.inputs());

        Dataset numbers = Npy.dataset(arrays.get("y"), arrays.get("x"));
        assertEquals(Shape.of(1), numbers.input().shape());
        assertEquals(new Spec("target", DType.F32, Shape.of(2)), numbers.target());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"|b1\" | 00 07 | 0 1",
                "\"|i1\" | ff 02 | -1 2",
                "\"|u1\" | ff 02 | 255 2",
                "<i2 | fe ff 01 02 | -2 513",
                ">i2 | ff fe 02 01 | -2 513",
                "<u2 | fe ff 01 02 | 65534 513",
                "<u4 | ff ff ff 7f 00 00 01 00 | 2147483647 65536",
                ">u8 | 00 00 00 00 00 00 00 07 00 00 00 00 00 01 00 00 | 7 65536",
                "<i4 | ff ff ff ff 00 00 01 00 | -1 65536",
                ">i4 | ff ff ff ff 00 01 00 00 | -1 65536",
                "<i8 | ff ff ff ff ff ff ff ff 03 00 00 00 00 00 00 00 | -1 3",
                ">i8 | ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 03 | -1 3",
                "<f4 | 00 00 c0 3f 00 00 00 80 | 1.5 -0.0",
                ">f4 | 3f c0 00 00 80 00 00 00 | 1.5 -0.0",
                "<f8 | 00 00 00 00 00 00 f8 3f 00 00 00 00 00 00 00 c0 | 1.5 -2",
                "=f8 | 00 00 00 00 00 00 f8 3f 00 00 00 00 00 00 00 c0 | 1.5 -2",
                ">f8 | 3f f8 00 00 00 00 00 00 c0 00 00 00 00 00 00 00 | 1.5 -2",
            },
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '"')
    void everyType(String type, String hexadecimal, String expected) throws IOException {
        String[] digits = hexadecimal.split(" ");
        byte[] data = bytes(
                Arrays.stream(digits).mapToInt(d -> Integer.parseInt(d, 16)).toArray());
        Npy array = npy(type, false, "(2,)", data);
        String[] numbers = expected.split(" ");
        for (int i = 0; i < 2; i++) {
            assertEquals(Float.parseFloat(numbers[i]), array.floats()[i]);
            if (array.isWhole()) {
                assertEquals(Integer.parseInt(numbers[i]), array.ints()[i]);
            }
        }
        assertEquals(type.charAt(1) != 'f', array.isWhole());
    }

    @Test
    void everyVersion() throws IOException {
        for (int version = 1; version <= 3; version++) {
            String header = "{\"shape\":(2L,1), 'fortran_order':False,'descr':'|u1'}";
            Npy array = Npy.read(write(array(version, header, (byte) 3, (byte) 4)));
            assertEquals(Shape.of(2, 1), array.shape());
            assertArrayEquals(new int[] {3, 4}, array.ints());
        }
        assertEquals(Shape.of(), npy("|u1", false, "()", (byte) 3).shape());
    }

    @Test
    void fortranOrderIsTurned() throws IOException {
        byte[] stored = new byte[24];
        for (int i = 0, at = 0; i < 4; i++) { // the last axis of (2, 3, 4) is the slowest
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 2; k++) {
                    stored[at++] = (byte) (k * 12 + j * 4 + i);
                }
            }
        }
        int[] expected = new int[24];
        Arrays.setAll(expected, i -> i);
        assertArrayEquals(expected, npy("|u1", true, "(2, 3, 4)", stored).ints());
        assertArrayEquals(
                new int[] {1, 3, 2, 4},
                npy("<i2", true, "(2, 2)", bytes(1, 0, 2, 0, 3, 0, 4, 0)).ints());
    }

    @Test
    void storedEntries() throws IOException {
        byte[] array = array("|u1", false, "(2,)", (byte) 7, (byte) 8);
        Path file = folder.resolve("stored.npz");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            ZipEntry entry = new ZipEntry("a b.npy");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(array.length);
            CRC32 sum = new CRC32();
            sum.update(array);
            entry.setCrc(sum.getValue());
            out.putNextEntry(entry);
            out.write(array);
            out.closeEntry();
        }
        assertArrayEquals(new int[] {7, 8}, Npy.readAll(file).get("a b").ints());
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
        expect("expected a whole zip file, got a damaged one: ", () -> Npy.readAll(file));
    }

    private static void expect(String part, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(DataException.class, action).getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }

    private void refused(String part, byte... file) throws IOException {
        Path path = write(file);
        expect(path + ": " + part, () -> Npy.read(path));
    }

    @Test
    void numbersOfOtherWidths() throws IOException {
        assertArrayEquals(
                new float[] {1, -2},
                npy("<f2", false, "(2,)", bytes(0x00, 0x3c, 0x00, 0xc0)).floats());
        Npy large = npy(">u8", false, "(1,)", bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
        assertArrayEquals(new float[] {0x1p64f}, large.floats());
        assertThrows(DataException.class, large::ints); // and not -1
    }

    private Path zip(String... names) throws IOException {
        Path path = folder.resolve("z.npz");
        try (java.util.zip.ZipOutputStream out = new java.util.zip.ZipOutputStream(Files.newOutputStream(path))) {
            for (String name : names) {
                out.putNextEntry(new java.util.zip.ZipEntry(name + ".npy"));
                boolean strange = name.startsWith("strange");
                out.write(array(strange ? "|O" : "<f4", false, "(1,)", bytes(0, 0, 0x80, 0x3f)));
            }
        }
        return path;
    }

    /** An array that cannot be read says so when it is used. */
    @Test
    void readsBesideAStrangeArray() throws IOException {
        Map<String, Npy> arrays = Npy.readAll(zip("a", "strange", "b"));
        assertArrayEquals(new float[] {1}, arrays.get("b").floats());
        for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                () -> arrays.get("strange").floats(),
                () -> arrays.get("strange").shape(),
                () -> Npy.dataset(arrays.get("strange"), arrays.get("a")),
                () -> Npy.dataset(arrays.get("a"), arrays.get("strange")))) {
            assertTrue(assertThrows(DataException.class, use).getMessage().contains("objects of Python's"));
        }
    }

    /** A size that a small file claims is not believed before so much has come. */
    @Test
    void aClaimCostsNothing() throws IOException {
        Path file = write(array("<f8", false, "(250000000,)", bytes(0, 0, 0, 0, 0, 0, 0, 0)));
        assertThrows(DataException.class, () -> Npy.read(file));
        Path zip = folder.resolve("claim.npz");
        try (java.util.zip.ZipOutputStream out = new java.util.zip.ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new java.util.zip.ZipEntry("x.npy"));
            out.write(array("<f8", false, "(250000000,)"));
        }
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, bytes);
        assertThrows(DataException.class, () -> Npy.readAll(zip).get("x").floats());
    }

    @Test
    void badFiles() throws IOException {
        byte[] good = array("<f4", false, "(3, 2)", new byte[24]);
        refused("expected an array of NumPy's, which begins with \\x93NUMPY, got an empty file");
        refused("expected an array of NumPy's, which begins with \\x93NUMPY, got another format", (byte) 1);
        byte[] text = "x,y\n1,2\n3,4\n".getBytes(StandardCharsets.UTF_8);
        refused("expected an array of NumPy's, which begins with \\x93NUMPY, got another format", text);
        for (int length = 8; length < good.length - 24; length++) {
            refused("expected a whole header, got a file that ends in it", Arrays.copyOf(good, length));
        }
        refused(
                "expected " + good.length + " bytes for (3, 2) of f4, got " + (good.length - 1),
                Arrays.copyOf(good, good.length - 1));
        refused(
                "expected " + good.length + " bytes for (3, 2) of f4, got " + (good.length + 1),
                Arrays.copyOf(good, good.length + 1));
        refused("expected version 1.0, 2.0 or 3.0, got 9.0", array(9, "{}"));
        refused(
                "expected a header of at most 65536 bytes, got 4294967295",
                Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1}, 99));
        refused(
                "type: expected one of b1, i1, u1, i2, u2, i4, u4, i8, u8, f2, f4, f8, got |O, objects of Python's",
                array("|O", false, "(1,)", (byte) 1));
        refused(
                "type: expected one of b1, i1, u1, i2, u2, i4, u4, i8, u8, f2, f4, f8, got <c8",
                array("<c8", false, "(1,)"));
        refused(
                "type: expected one of b1, i1, u1, i2, u2, i4, u4, i8, u8, f2, f4, f8, got ??f4",
                array("\u00e9\nf4", false, "(1,)"));
        refused(
                "header: expected a type like 'descr': '<f4', got {'descr': [('a', '<f4')], 'fortran_order': False",
                array(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"));
        refused(
                "header: expected 'fortran_order': True or False, got ",
                array(1, "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }"));
        refused(
                "header: expected 'shape': (n, ...), got ",
                array(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (-1,), }"));
        for (String shape : new String[] {
            "(2 3)", "(" + "1, ".repeat(3000) + ")", "(" + "1 ".repeat(3000) + "x)", "(" + "1".repeat(40_000) + "x)"
        }) {
            refused(
                    "header: expected 'shape': (n, ...), got ",
                    array(1, "{'descr': '<f4', 'fortran_order': True, 'shape': " + shape + ", }"));
        }
    }

    @Test
    void shapesThatCannotBe() throws IOException {
        String expected = "shape: expected extents of at least 1 and at most 2147483639 bytes together, got ";
        refused(expected + "(0,) of f4", array("<f4", false, "(0,)"));
        refused(expected + "(65536, 65536, 65536, 65536) of f4", array("<f4", false, "(65536, 65536, 65536, 65536)"));
        refused(expected + "(4294967297, 4294967296) of u1", array("|u1", false, "(4294967297, 4294967296)"));
        refused(expected + "(99999999999999999999) of u1", array("|u1", false, "(99999999999999999999)"));
        refused("expected ", array("<f8", false, "(200000000,)"));
    }

    @Test
    void filesThatAreNotThere() throws IOException {
        Path none = folder.resolve("none");
        expect(none + ": expected a file with an array of NumPy's, got no such file", () -> Npy.read(none));
        expect(none + ": expected a file with arrays of NumPy's, got no such file", () -> Npy.readAll(none));
        expect(folder + ": expected a readable file, got a folder", () -> Npy.read(folder));
        Path empty = folder.resolve("empty.npz");
        try (OutputStream out = Files.newOutputStream(empty);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("readme.txt"));
        }
        expect(empty + ": expected entries named like x.npy, got none", () -> Npy.readAll(empty));
        Path one = Files.write(folder.resolve("one.npy"), array("|u1", false, "(1,)", (byte) 1));
        expect(one + ": expected a zip file of arrays, got one array: see Npy.read", () -> Npy.readAll(one));
    }

    private static float[] seen(Dataset data, int example) {
        ExampleReader reader = new ExampleReader(data);
        reader.read(example);
        return reader.inputs();
    }

    /** A network sees the same of the same pixels, whatever it is to say about them, and of the same bytes in an array. */
    @Test
    void pixelsAreScaledWhateverTheTargetsAre() throws IOException {
        Npy pixels = npy("|u1", false, "(2, 2)", bytes(95, 1, 255, 3));
        float[] first = {95 / 255f, 1 / 255f};
        float[] second = {1, 3 / 255f};
        Npy labels = npy("<i8", false, "(2,)", bytes(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));
        Npy column = npy("|u1", false, "(2, 1)", bytes(1, 0));
        Npy numbers = npy("<f4", false, "(2,)", bytes(0, 0, 0, 0, 0, 0, 0x80, 0x3F));
        Npy hot = npy("<f4", false, "(2, 2)", bytes(0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F));
        Npy whole = npy("|i1", false, "(2, 3)", bytes(1, 2, 3, 4, 5, 6));
        for (Npy targets : List.of(labels, column, numbers, hot, whole, pixels)) {
            Dataset data = Npy.dataset(pixels, targets);
            assertEquals(new Spec("image", DType.U8, Shape.of(2)), data.input());
            assertArrayEquals(first, seen(data, 0), 1e-7f);
            assertArrayEquals(second, seen(data, 1), 1e-7f);
        }
        assertArrayEquals(new float[] {95 / 255f, 1 / 255f, 1, 3 / 255f}, pixels.inputs(), 1e-7f);
        assertArrayEquals(new float[] {95, 1, 255, 3}, pixels.floats());
        Dataset array = Dataset.of(bytes(95, 1, 255, 3), Shape.of(2), new float[] {0, 1}, Shape.of(1));
        assertArrayEquals(second, seen(array, 1), 1e-7f);
        assertEquals(new Spec("target", DType.F32, Shape.of(1)), array.target());
        assertEquals(0, array.classes());
        ExampleReader reader = new ExampleReader(Npy.dataset(pixels, pixels));
        reader.read(1);
        assertArrayEquals(new float[] {255, 3}, reader.targets()); // as they are stored
        // other numbers are seen as they are
        Npy shorts = npy("<u2", false, "(2, 1)", bytes(95, 0, 1, 1));
        assertArrayEquals(new float[] {257}, seen(Npy.dataset(shorts, numbers), 1));
        assertArrayEquals(new float[] {257}, seen(Npy.dataset(shorts, labels), 1));
        assertArrayEquals(new float[] {95, 257}, shorts.inputs());
        Npy images = npy("|u1", false, "(2, 1, 2)", bytes(95, 1, 255, 3));
        assertEquals(Shape.of(1, 2, 1), Npy.dataset(images, numbers).input().shape());
    }

    @Test
    void arraysThatMakeNoExamples() throws IOException {
        Npy two = npy("|u1", false, "(2,)", bytes(0, 1));
        Npy three = npy("|u1", false, "(3,)", bytes(0, 1, 2));
        Npy single = npy("|u1", false, "()", bytes(0));
        Npy negative = npy("|i1", false, "(2,)", bytes(0, -3));
        Npy large = npy("<i8", false, "(2,)", bytes(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        Npy infinite = npy("<f4", false, "(2,)", bytes(0, 0, 0, 0, 0, 0, 0x80, 0x7F));
        expect("expected 3 targets, one for each example of", () -> Npy.dataset(three, two));
        expect("expected features (n, ...), got a single number", () -> Npy.dataset(single, two));
        expect("label 1: expected a class from 0 on, got -3", () -> Npy.dataset(two, negative));
        expect("element 0: expected a number of 32 bits, got 4294967296", () -> Npy.dataset(two, large));
        expect("expected a finite number, got Infinity", () -> Npy.dataset(infinite, two));
        expect("expected whole numbers, got (2) of f4", infinite::ints);
        assertFalse(infinite.isWhole());
    }
}
