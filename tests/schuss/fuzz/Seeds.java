package schuss.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import schuss.data.table.TableSchema;

/** What each reader begins with: bytes that it takes, and what once was a fault. */
final class Seeds {
    /** Of a table of a number, a category and a class. */
    /** A GIF that claims 92 million pixels, for which it took seconds. */
    private static final String HUGE =
            "4749463839612920" + "0200f07d003f0000" + "80ff402c0000007e" + "0016024008080001" + "080410004040003b";

    static final TableSchema SCHEMA = TableSchema.of(schema());

    private Seeds() {}

    static List<byte[]> of(Reader reader) {
        List<byte[]> all = new ArrayList<>(
                switch (reader) {
                    case SAFETENSORS ->
                        Stream.of(
                                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ",
                                        "{\"__metadata__\":{\"k\":\"v\"},\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}")
                                .map(header -> safetensors(header, header.contains("F32") ? 8 : 1))
                                .toList();
                    case SAFETENSORS_HEADER ->
                        texts(
                                "{\"a\":{\"dtype\":\"F64\",\"shape\":[2,4],\"data_offsets\":[0,64]}}",
                                "{\"a\":{\"dtype\":\"BF16\",\"shape\":[16,1],\"data_offsets\":[32,64]},"
                                        + "\"b\\u00e9\":{\"dtype\":\"F16\",\"shape\":[2,8],\"data_offsets\":[0,32]},"
                                        + "\"__metadata__\":{\"a\":\"\\\\\"}}",
                                "{\"e\":{\"dtype\":\"I8\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
                                        + "\"f\":{\"dtype\":\"F8_E4M3\",\"shape\":[64],\"data_offsets\":[0,64]}}");
                    case MODEL ->
                        texts(
                                "schuss.model\0mlp\0schuss.hidden\0003\0schuss.dropout\0000.5\0",
                                "schuss.input\0002,2,1\0schuss.input_kind\0pixels\0schuss.classes\0a\nb\0",
                                "schuss.input_kind\0table\0schuss.table\0" + schema() + "\0",
                                "schuss.model\0resnet20\0schuss.input\0008,8,3\0",
                                "schuss.batch_norm\0true\0schuss.input_dropout\0000\0schuss.prediction\0SOFTMAX\0");
                    case CHECKPOINT ->
                        texts(
                                "batches\0005\0updates\0005\0total_updates\0009\0epochs\0001\0last_epoch\0003\0",
                                "history\0001\t0.5\t0.01\tloss\t1.5\tvalidation loss\t2.5\0epoch_batch\0002\0",
                                "plateau\0001.0 Infinity 0 0\0averaged_from\0000\0epoch_seconds\0000.25\0",
                                "#totals\0Daaaaaaaabbbbbbbb\0#noted/losses\0Daaaaaaaabbbbbbbbccccccccdddddddd\0",
                                "#noted/callback 0/value, epoch, waited\0Faaaabbbbcccc\0#weights/0.dense/bias\0Faaaa\0",
                                "machine\0other\0plan_choices\0other\0warnings\0one\ntwo\0run.seed\00042\0-history\0\0");
                    case SETTINGS ->
                        texts(
                                "{\"epochs\": 3, \"hidden\": [500, 500], \"batch-norm\": true, \"learning-rate\": 1e-3}",
                                "{\"model\": \"lenet\", \"augment\": \"flip,rotate:15,translate:0.1\", \"seed\": -1,"
                                        + " \"schedule\": \"cosine\", \"threads\": 2}");
                    case ARGUMENTS ->
                        texts(
                                "train\nfile.csv\n--target\nlast\n--folds\n5\n--hidden\n64,64\n--max-norm\n3.9",
                                "predict\n--model\nm\nfile.csv\n--output=out\n--threads=2",
                                "bench\nW1\nW2\n--seconds\n1.5\n--precision\nbf16\n--profile",
                                "train\nmnist\n--augment\nelastic:8:4,erase:0.3,flip\n--early-stopping\n5",
                                "evaluate\n--model\nm\nmnist\n--json",
                                "inspect\nfile\n--help");
                    case NPY ->
                        List.of(
                                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8),
                                npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", 6),
                                npy("{'descr': '>i8', 'fortran_order': False, 'shape': (), }", 8),
                                npy("{'descr': '<f2', 'fortran_order': True, 'shape': (1, 2, 2), }", 8));
                    case NPZ ->
                        List.of(
                                zip("x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8)),
                                zip("a/b.npy", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 3)),
                                bytes("PK\5\6" + "\0".repeat(18)));
                    case IDX ->
                        Stream.of(idx(), gzip(idx()), idx("\0\0\15\1\0\0\0\2", 8), gzip(bytes("nothing")))
                                .toList();
                    case TABLE ->
                        texts(
                                "a,b,c\n1,x,0\n2,y,1\n3,x,0\n4,y,1\n",
                                "1;2,5;ja\n2;3,5;nein\n\"3\";\"4,5\";\"ja\"\n",
                                "\uFEFFa\tb\n1e3\t-0\n\n?\tNA\n");
                    case TABLE_ROWS -> texts("a,b,c\n1,x,no\n2,y,yes\n", "1,x,no\n,y,yes\n", "b,a\nx,1\n");
                    case TABLE_SCHEMA -> texts(schema());
                    case EXAMPLES ->
                        Stream.concat(
                                        Stream.of(
                                                bytes("0,1,2,3,4,255\n"),
                                                bytes("a,b,c,d,e,f\n1,2,3,4,5,6\n"),
                                                gzip(bytes("0,1,2,3,4,255\n")),
                                                idx("\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\3", 6)),
                                        images().stream())
                                .toList();
                    case IMAGE -> images();
                });
        all.addAll(findings(reader));
        return all;
    }

    /** What a search has found, as short as it was made. */
    private static List<byte[]> findings(Reader reader) {
        return switch (reader) {
            case EXAMPLES, IMAGE -> List.of(HexFormat.of().parseHex(HUGE));
            default -> List.of();
        };
    }

    /** What formats and their readers compare with. */
    static List<String> words() {
        return Stream.of(
                        "-1",
                        "0",
                        "2147483647",
                        "2147483648",
                        "9223372036854775807",
                        "99999999999999999999",
                        "1e999",
                        "1e-999",
                        "NaN",
                        "Infinity",
                        "null",
                        "true",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":")
                .map(word -> "\"" + word + "\"")
                .toList();
    }

    private static String schema() {
        String plain =
                "\"notation\":{\"style\":\"NUMBER\",\"decimal\":\".\",\"grouping\":\"\",\"before\":\"\",\"after\":\"\"},";
        String two = "\"means\":[0.5,0.5],\"deviations\":[0.5,0.5]}";
        return "{\"header\":true,\"separator\":\",\",\"target\":2,\"missingTargets\":\"REFUSE\",\"unknown\":\"REFUSE\",\"columns\":["
                + "{\"name\":\"a\",\"kind\":\"NUMERIC\"," + plain
                + "\"categories\":[],\"means\":[1.5],\"deviations\":[1.0]},"
                + "{\"name\":\"b\",\"kind\":\"CATEGORICAL\"," + plain + "\"categories\":[\"x\",\"y\"]," + two + ","
                + "{\"name\":\"c\",\"kind\":\"CATEGORICAL\"," + plain + "\"categories\":[\"no\",\"yes\"]," + two + "]}";
    }

    private static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] safetensors(String header, int data) {
        return ByteBuffer.allocate(Long.BYTES + header.length() + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length())
                .put(bytes(header))
                .array();
    }

    private static byte[] npy(String header, int data) {
        String line = header + "\n";
        return bytes("\u0093NUMPY\1\0" + (char) line.length() + "\0" + line + "\1".repeat(data));
    }

    private static byte[] idx() {
        return idx("\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\3", 6);
    }

    private static byte[] idx(String header, int data) {
        return bytes(header + "\1".repeat(data));
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private static byte[] made(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] content) {
        return made(out -> {
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(content);
            }
        });
    }

    private static byte[] zip(String name, byte[] content) {
        return made(out -> {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                ZipEntry entry = new ZipEntry(name);
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(content);
            }
        });
    }

    private static List<byte[]> images() {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 1, 0x80FF40);
        return Stream.of("png", "gif", "bmp", "jpg")
                .map(format -> made(out -> ImageIO.write(image, format, out)))
                .toList();
    }
}
