package schuss.data.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.DType;
import schuss.Shape;
import schuss.data.DataException;

class IdxTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }

    /** The message for these bytes, the file's name taken off. */
    private String failure(byte[] bytes) throws IOException {
        Path file = file(bytes);
        String message = assertThrows(DataException.class, () -> Idx.read(file)).getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        return message.substring((file + ": ").length());
    }

    @Test
    void readsBytesPlainAndCompressedWhateverTheName() throws IOException {
        byte[] plain = IdxFiles.TRAIN_IMAGES;
        for (byte[] bytes : new byte[][] {plain, IdxFiles.gzip(plain)}) {
            Idx idx = Idx.read(file(bytes));
            assertEquals(DType.U8, idx.dtype());
            assertEquals(Shape.of(3, 2, 1), idx.shape());
            assertEquals((byte) 255, idx.data().get(5));
            assertEquals(6, idx.data().remaining());
        }
    }

    @Test
    void readsNumbersInNativeOrder() throws IOException {
        byte[] data = ByteBuffer.allocate(8).putInt(-2).putInt(1 << 20).array();
        Idx idx = Idx.read(file(IdxFiles.bytes(0x0C, new int[] {2}, data)));
        assertEquals(DType.I32, idx.dtype());
        assertEquals(-2, idx.data().getInt(0));
        assertEquals(1 << 20, idx.data().getInt(4));

        data = ByteBuffer.allocate(4).putFloat(1.5f).array();
        idx = Idx.read(file(IdxFiles.gzip(IdxFiles.bytes(0x0D, new int[] {1, 1}, data))));
        assertEquals(DType.F32, idx.dtype());
        assertEquals(1.5f, idx.data().getFloat(0));
    }

    @Test
    void readsCompressedDataFarLargerThanItsFile() throws IOException {
        byte[] zeros = new byte[5_000_000];
        Idx idx = Idx.read(file(IdxFiles.gzip(IdxFiles.bytes(8, new int[] {5000, 1000}, zeros))));
        assertEquals(zeros.length, idx.data().remaining());
    }

    @Test
    void saysWhereAFileEndsTooEarlyOrTooLate() throws IOException {
        byte[] plain = IdxFiles.TRAIN_IMAGES;
        byte[] cut = Arrays.copyOf(plain, plain.length - 1);
        byte[] more = Arrays.copyOf(plain, plain.length + 1);
        assertEquals("expected 22 bytes for (3, 2, 1) of U8, got 21", failure(cut));
        assertEquals("expected 22 bytes for (3, 2, 1) of U8, got 21", failure(IdxFiles.gzip(cut)));
        assertEquals("expected 22 bytes for (3, 2, 1) of U8, got 23", failure(more));
        assertEquals("expected to end after 22 bytes for (3, 2, 1) of U8, got more", failure(IdxFiles.gzip(more)));
        assertEquals("expected an IDX header of 4 bytes, got 0", failure(new byte[0]));
        assertEquals("expected an IDX header of 4 bytes, got 3", failure(Arrays.copyOf(plain, 3)));
        assertEquals("expected 3 dimensions, 12 bytes, got 5 bytes", failure(Arrays.copyOf(plain, 9)));
    }

    @Test
    void refusesDamagedCompression() throws IOException {
        byte[] whole = IdxFiles.gzip(IdxFiles.TRAIN_IMAGES);
        for (int length = 2; length < whole.length; length++) {
            assertTrue(failure(Arrays.copyOf(whole, length)).startsWith("expected a whole gzip file"), "" + length);
        }
        byte[] wrongSum = whole.clone();
        wrongSum[whole.length - 8] ^= 1;
        assertTrue(failure(wrongSum).startsWith("expected a whole gzip file"));
    }

    @Test
    void refusesOtherFormats() throws IOException {
        String expected = "magic number: expected 0x0000TTRR, TT a type 08, 0C or 0D and RR 1 to 8 dimensions, got ";
        assertEquals(expected + "0x89504E47", failure(new byte[] {(byte) 0x89, 'P', 'N', 'G'}));
        assertEquals(expected + "0x00000901", failure(IdxFiles.bytes(9, new int[] {1}, (byte) 1)));
        assertEquals(expected + "0x00000800", failure(IdxFiles.bytes(8, new int[0], (byte) 1)));
        assertEquals(expected + "0x00000809", failure(IdxFiles.bytes(8, new int[9], (byte) 1)));
    }

    @Test
    void refusesAbsurdDimensionsBeforeAllocating() throws IOException {
        String expected = "dimensions: expected each at least 1 and at most 2147483639 bytes together, got ";
        assertEquals(expected + "[0]", failure(IdxFiles.bytes(8, new int[] {0})));
        assertEquals(expected + "[4294967295]", failure(IdxFiles.bytes(8, new int[] {-1})));
        assertEquals(
                expected + "[65536, 65536, 65536, 65536]",
                failure(IdxFiles.bytes(8, new int[] {65536, 65536, 65536, 65536})));
        byte[] claim = IdxFiles.bytes(8, new int[] {2_000_000_000}, (byte) 1);
        assertEquals("expected 2000000008 bytes for (2000000000) of U8, got 9", failure(claim));
        assertEquals("expected 2000000008 bytes for (2000000000) of U8, got 9", failure(IdxFiles.gzip(claim)));
    }

    @Test
    void namesWhatIsNoFile() {
        Path missing = folder.resolve("missing");
        assertEquals(
                missing + ": expected an IDX file, got no such file",
                assertThrows(DataException.class, () -> Idx.read(missing)).getMessage());
        assertEquals(
                folder + ": expected a readable IDX file, got a folder",
                assertThrows(DataException.class, () -> Idx.read(folder)).getMessage());
    }
}
