package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.io.Safetensors;

/** Bad input and settings end with code 2 and one line, and write nothing. */
class BadInputTest {
    @TempDir
    static Path folder;

    private static Path data;
    private static Path model;

    @BeforeAll
    static void prepare() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
        model = folder.resolve("model.safetensors");
        CommandRun run =
                CommandRun.of("train", data.toString(), "--hidden", "8", "--epochs", "1", "--save", model.toString());
        assertEquals(0, run.code(), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense | expected one of the options --model, | got --nonsense",
                "--model nonsense | --model: expected one of mlp, lenet, resnet20, resnet18, mobilenet | got nonsense",
                "--model lenet --hidden 8 | --hidden: expected only with --model mlp | got it with lenet",
                "--model resnet20 --dropout 0.1 | --dropout: expected only with --model mlp or lenet | got it with resnet20",
                "--epochs 0 | --epochs: expected a whole number of at least 1 | got 0",
                "--epochs -3 | --epochs: expected a whole number of at least 1 | got -3",
                "--epochs many | --epochs: expected a whole number | got many",
                "--batch-size 0 | --batch-size: expected a whole number of at least 1 | got 0",
                "--batch-size 99999999999 | --batch-size: expected a whole number | got 99999999999",
                "--threads 0 | --threads: expected a number of threads | got 0",
                "--seed x | --seed: expected a whole number | got x",
                "--hidden 500,0 | --hidden: expected whole numbers | got 500,0",
                "--hidden 500, | --hidden: expected whole numbers | got 500,",
                "--hidden 1000000,1000000 | \"3.dense/weight\": expected at most | got (1000000, 1000000)",
                "--dropout 1 | --dropout: expected a number in [0, 1) | got 1",
                "--dropout NaN | --dropout: expected a number in [0, 1) | got NaN",
                "--input-dropout -0.1 | --input-dropout: expected a number in [0, 1) | got -0.1",
                "--learning-rate NaN | --learning-rate: expected a finite number above 0 | got NaN",
                "--learning-rate 0 | --learning-rate: expected a finite number above 0 | got 0",
                "--learning-rate 1e99 | --learning-rate: expected a finite number above 0 | got 1e99",
                "--weight-decay -1 | --weight-decay: expected a finite number of at least 0 | got -1",
                "--weight-decay Infinity | --weight-decay: expected a finite number of at least 0 | got Infinity",
                "--optimizer newton | --optimizer: expected one of adam, adamw, adamax, sgd, momentum, nesterov, adagrad, adadelta, rmsprop, nadam, radam, rprop, lion | got newton",
                "--optimizer rprop --weight-decay 0.1 | --weight-decay: expected 0 with rprop | got 0.1",
                "--schedule never | --schedule: expected one of constant, plateau, cosine, linear, exponential, step, one-cycle | got never",
                "--augment flip,spin | --augment: expected one of flip, flip-vertical, rotate, | got spin",
                "--augment rotate:400 | --augment: rotate: expected degrees of 0 to 180 | got 400",
                "--max-norm 0 | --max-norm: expected a finite number above 0 | got 0",
                "--device tpu | --device: expected one of best, cpu, cuda | got tpu",
                "--device cuda --threads 2 | --threads: expected with the CPU only | got it with --device cuda",
                "--device cuda --provider openblas | --provider: expected with the CPU only | got it with --device cuda",
                "--precision bf16 | --precision: expected one of f32, tf32 | got bf16",
                "--device cpu --precision tf32 | --precision: expected f32 on the CPU | got tf32",
                "--threads 2 --precision tf32 | --precision: expected f32 on the CPU | got tf32",
                "--provider mkl | --provider: expected one of onednn, openblas | got mkl",
                "--epochs 1 --epochs 2 | --epochs: expected once | got more",
                "--save | --save: expected FILE | got nothing",
                "more | expected nothing after the other arguments | got more",
                "--data-dir /nonexistent | --data-dir: expected a folder | /nonexistent",
                "--save /nonexistent/m.safetensors | --save: /nonexistent/m.safetensors | expected an existing folder",
                "--history /nonexistent/h.csv | --history: /nonexistent/h.csv | expected an existing folder",
                "--save / | --save: / | got a folder",
                "--save /proc/m.safetensors | --save: /proc/m.safetensors: expected a folder /proc | got one",
            })
    void badSettingsOfTrain(String options, String what, String got) throws IOException {
        List<String> args = new ArrayList<>(List.of("train", data.toString()));
        args.addAll(List.of(options.split(" ")));
        refused(CommandRun.of(args.toArray(String[]::new)), what, got);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | expected a command, one of train, | got nonsense",
                "train | expected DATA | got none",
                "train nonsense | expected fashion-mnist, mnist, digits, a table | got nonsense",
                "train pom.xml | expected fashion-mnist, mnist, digits, a table | got pom.xml, a file",
                "train benchmarks/java | benchmarks/java: expected a folder of images for each of at least two classes | got only schuss",
                "data nonsense | NAME: expected one of fashion-mnist, mnist, digits | got nonsense",
                "bench W6 | WORKLOAD: expected one of W1, W2, W3, W4, W5 | got W6",
                "bench W1 W4 --batch-size 20000 | --batch-size: expected at most 10922 for W4 | got 20000",
                "inspect nonsense | nonsense: expected a saved model | got no such file",
                "inspect pom.xml | pom.xml: expected a safetensors file | at most",
                "evaluate fashion-mnist | expected --model | got none",
                "evaluate --model nonsense fashion-mnist | nonsense: expected a saved model | got no such file",
                "predict --model nonsense pom.xml | nonsense: expected a saved model | got no such file",
            })
    void badCommands(String line, String what, String got) throws IOException {
        refused(CommandRun.of(line.split(" ")), what, got);
    }

    @Test
    void noCommand() throws IOException {
        refused(CommandRun.of(), "expected a command, one of train,", "got none");
    }

    @Test
    void parentOfSaveIsAFile() throws IOException {
        Path file = data.resolve("train-labels-idx1-ubyte");
        refused(
                CommandRun.of(
                        "train", data.toString(), "--save", file.resolve("m").toString()),
                "--save: ",
                "got a file");
    }

    @Test
    void sameFileTwice() throws IOException {
        String file = folder.resolve("same").toString();
        refused(
                CommandRun.of("train", data.toString(), "--save", file, "--history", file),
                "--history: expected another file",
                "same");
    }

    @Test
    void outputsNeverReplaceWhatIsRead() throws IOException {
        Path table = Files.writeString(folder.resolve("t.csv"), "a,b\n" + "1,x\n2,y\n".repeat(10));
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), table);
        Path config = Files.writeString(folder.resolve("mine.json"), "{\"epochs\": 1}");
        String text = Files.readString(table);
        for (String option : new String[] {"--save", "--history", "--report"}) {
            for (Path file : new Path[] {table, link}) {
                refused(
                        CommandRun.of("train", table.toString(), option, file.toString()),
                        option + ": expected another file than what is read, got " + file,
                        "");
            }
        }
        refused(
                CommandRun.of("train", table.toString(), "--config", config.toString(), "--save", folder + "/mine"),
                "the settings of --save: expected another file than what is read, got " + config,
                "");
        refused(
                CommandRun.of("train", table.toString(), "--save", folder + "/m", "--history", folder + "/m.json"),
                "the settings of --save: expected another file than that of --history, got ",
                "m.json");
        assertEquals(text, Files.readString(table));
        assertEquals("{\"epochs\": 1}", Files.readString(config));
    }

    @Test
    void truncatedData() throws IOException {
        Path broken = IdxSamples.write(folder.resolve("broken"));
        Path images = broken.resolve("train-images-idx3-ubyte");
        byte[] bytes = Files.readAllBytes(images);
        Files.write(images, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        refused(
                CommandRun.of("train", broken.toString()),
                images + ": expected " + bytes.length + " bytes",
                "got " + (bytes.length - 1));
    }

    @Test
    void testLabelsBeyondThoseOfTraining() throws IOException {
        Path broken = IdxSamples.write(folder.resolve("labels"));
        byte[] labels = new byte[IdxSamples.TEST];
        labels[7] = 9;
        Files.write(broken.resolve("t10k-labels-idx1-ubyte"), IdxSamples.idx(labels, labels.length));
        refused(CommandRun.of("train", broken.toString()), "expected test labels of at most 3", "got 9");
    }

    @Test
    void labelsAndImagesDiffer() throws IOException {
        Path broken = IdxSamples.write(folder.resolve("counts"));
        Files.write(broken.resolve("t10k-labels-idx1-ubyte"), IdxSamples.idx(new byte[3], 3));
        refused(CommandRun.of("train", broken.toString()), "expected 50 labels", "got 3");
    }

    @Test
    void imagesOfAnotherSize() throws IOException {
        Path broken = IdxSamples.write(folder.resolve("sizes"));
        Files.write(
                broken.resolve("t10k-images-idx3-ubyte"),
                IdxSamples.idx(new byte[IdxSamples.TEST * 9], IdxSamples.TEST, 3, 3));
        refused(CommandRun.of("train", broken.toString()), "expected test images of (4, 4, 1)", "got (3, 3, 1)");
        refused(
                CommandRun.of("evaluate", "--model", model.toString(), broken.toString()),
                "expected images of (4, 4, 1)",
                "got (3, 3, 1)");
    }

    @Test
    void lossThatIsNotFinite() throws IOException {
        Path save = folder.resolve("nan.safetensors");
        CommandRun run = CommandRun.of(
                "train",
                data.toString(),
                "--optimizer",
                "sgd",
                "--learning-rate",
                "1e30",
                "--epochs",
                "9",
                "--save",
                save.toString());
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().contains("expected finite numbers"), run.err());
        assertTrue(Files.notExists(save));
    }

    @Test
    void badInputsOfPredict() throws IOException {
        predictRefuses("1,2,3\n", "line 1: expected 16 values", "got 3");
        String row = "7,".repeat(15) + "7\n";
        predictRefuses(row + row + "1,2\n", "line 3: expected 16 values", "got 2");
        predictRefuses("a,b\n" + row, "line 1: expected 16 values", "got 2");
        predictRefuses(row + "7,".repeat(15) + "256\n", "line 2, value 16: expected a pixel, 0 to 255", "got 256");
        predictRefuses(row + "NaN," + "7,".repeat(14) + "7\n", "line 2, value 1: expected a pixel", "got NaN");
        predictRefuses(row + "x," + "7,".repeat(14) + "7\n", "line 2, value 1: expected a pixel", "got x");
        predictRefuses(row + "," + "7,".repeat(14) + "7\n", "line 2, value 1: expected a pixel", "got nothing");
        predictRefuses("", "expected examples of 16 pixels", "got none");
    }

    private static void predictRefuses(String csv, String what, String got) throws IOException {
        Path input = Files.writeString(folder.resolve("input.csv"), csv);
        Path output = folder.resolve("output.csv");
        CommandRun run =
                CommandRun.of("predict", "--model", model.toString(), input.toString(), "--output", output.toString());
        refused(run, input + "", what);
        refused(run, what, got);
        assertTrue(Files.notExists(output));
    }

    @Test
    void imageOfAnotherSizeInIdx() throws IOException {
        Path input = Files.write(folder.resolve("images"), IdxSamples.idx(new byte[18], 2, 3, 3));
        refused(
                CommandRun.of("predict", "--model", model.toString(), input.toString()),
                "expected images U8 (n) of (4, 4, 1)",
                "got U8 (2, 3, 3)");
    }

    @Test
    void modelOfSomebodyElse() throws IOException {
        Path other = folder.resolve("other.safetensors");
        Safetensors.write(other, Map.of(), Map.of("format", "pt"));
        refused(
                CommandRun.of("evaluate", "--model", other.toString(), data.toString()),
                "expected a model saved by \"schuss train\"",
                "got [format]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schuss.network | {} | schuss.network: network: expected a known layer | got null",
                "schuss.network | {\"type\":\"Runtime\"} | expected a known layer | got Runtime",
                "schuss.network | [ | schuss.network: header, character 1: expected a value | got the end",
                "schuss.network | {\"type\":\"Flatten\"} | expected parameters [] | 1.dense/weight",
                "schuss.network | {\"type\":\"Dropout\",\"rate\":2,\"inverted\":true} | expected settings of a Dropout | rate",
                "schuss.inputs | [{\"name\":\"input\",\"dtype\":\"F32\",\"shape\":[9.5]}] | schuss.inputs: expected inputs | 9.5",
                "schuss.input | 1000000,1000000,1000000 | damaged metadata | ",
                "schuss.input | 65536,65536,1 | expected a network of (65536, 65536, 1) with | got one of (4, 4, 1)",
                "schuss.input | 1000000,1 | expected a network of (1000000, 1) with | got one of (4, 4, 1)",
                "schuss.input | 0,4 | schuss.input: expected whole numbers | got 0,4",
                "schuss.input_kind | sounds | schuss.input_kind: expected pixels | got sounds",
            })
    void damagedMetadata(String key, String value, String what, String got) throws IOException {
        Path damaged = folder.resolve("damaged.safetensors");
        try (Safetensors file = Safetensors.read(model)) {
            Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                tensors.put(name, Safetensors.Entry.of(file.spec(name).shape(), file.floats(name)));
            }
            Map<String, String> metadata = new TreeMap<>(file.metadata());
            assertNotNull(metadata.put(key, value));
            Safetensors.write(damaged, tensors, metadata);
        }
        Path images = data.resolve("t10k-images-idx3-ubyte");
        String expected = got == null ? "" : got;
        refused(
                CommandRun.of("predict", "--model", damaged.toString(), images.toString()),
                "damaged.safetensors",
                what,
                expected);
    }

    @Test
    void truncatedModel() throws IOException {
        byte[] bytes = Files.readAllBytes(model);
        Path broken =
                Files.write(folder.resolve("broken.safetensors"), java.util.Arrays.copyOf(bytes, bytes.length - 4));
        refused(CommandRun.of("evaluate", "--model", broken.toString(), data.toString()), broken + ": ", "expected");
    }

    @Test
    void debugShowsWhereItCameFrom() {
        CommandRun run = CommandRun.of("train", "nonsense", "--debug");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("at schuss.cli."), run.err());
    }

    private static void refused(CommandRun run, String... parts) throws IOException {
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        for (String part : parts) {
            assertTrue(run.err().contains(part), () -> "expected \"" + part + "\" in: " + run.err());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(
                    files.noneMatch(file -> file.getFileName().toString().endsWith(".tmp")),
                    "expected no temporary files");
        }
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(run.err()), run.err());
    }
}
