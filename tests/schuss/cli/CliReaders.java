package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.ParameterException;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.Shape;
import schuss.cli.options.BadInput;
import schuss.cli.options.KnownNetwork;
import schuss.cli.options.NetworkChoice;
import schuss.cli.options.Setting;
import schuss.cli.options.Widths;
import schuss.data.image.ImageOptions.Background;
import schuss.io.Safetensors;

/** What the command line reads, for those who try strange bytes. */
public final class CliReaders {
    private static final Shape IMAGE = Shape.of(2, 3, 1);

    private CliReaders() {}

    private static ModelDescription model() {
        return ModelDescription.of(IMAGE, List.of("no", "yes"), Background.WHITE);
    }

    /** What a saved model consists of. */
    private record Saved(Map<String, Safetensors.Entry> tensors, Map<String, String> metadata) {
        private static final Saved SMALL = small();

        private static Saved small() {
            Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
            NetworkChoice choice = NetworkChoice.of(KnownNetwork.MLP, Map.of(Setting.HIDDEN, Widths.of(3)));
            try {
                Path file = Files.createTempFile("fuzz", ".safetensors");
                try (Device device = Device.reference();
                        Model small = choice.create(model(), device, 1)) {
                    model().save(small, file);
                }
                try (Safetensors saved = Safetensors.read(file)) {
                    for (String name : saved.names()) {
                        tensors.put(name, Safetensors.Entry.of(saved.spec(name).shape(), saved.floats(name)));
                    }
                    return new Saved(tensors, saved.metadata());
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A small model whose metadata is replaced where bytes, keys and values with a zero behind each, say so. */
    public static void inspect(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".safetensors");
        try {
            Map<String, String> metadata = new TreeMap<>(Saved.SMALL.metadata());
            String[] pairs = new String(bytes, StandardCharsets.UTF_8)
                    .replace('\uFFFD', '?')
                    .split("\0", -1);
            for (int i = 0; i + 1 < pairs.length; i += 2) {
                metadata.put(pairs[i], pairs[i + 1]);
            }
            Safetensors.write(file, Saved.SMALL.tensors(), metadata);
            run("inspect", file.toString());
        } finally {
            Files.delete(file);
        }
    }

    /** A command, which ends well or with one line. */
    private static void run(String... args) {
        StringWriter err = new StringWriter();
        int code = Main.execute(new PrintWriter(new StringWriter()), new PrintWriter(err, true), args);
        long lines = err.toString().lines().count();
        if ((code != 0 && code != 2) || (code == 0 ? lines > 0 : lines != 1)) {
            throw new IllegalStateException("expected 0, or 2 and one line, got " + code + " and " + err);
        }
    }

    /** Parses arguments and a file of settings that they name. */
    public static void arguments(String... args) {
        StringWriter err = new StringWriter();
        PrintWriter to = new PrintWriter(err, true);
        try {
            Main.line(to, to, args).parseArgs(args);
        } catch (ParameterException e) {
            int code = new Errors(to, args).handleParseException(e, args);
            boolean debug = List.of(args).contains(Errors.DEBUG);
            if (code != 2 || (!debug && err.toString().lines().count() != 1)) {
                throw new IllegalStateException("expected 2 and one line, got " + code + " and " + err, e);
            }
        }
    }

    /** Reads examples for a model of images. */
    public static void examples(Path file) {
        PrintWriter nobody = new PrintWriter(new StringWriter());
        new PredictionInputs(model(), 0, nobody, (examples, files) -> {}).read(List.of(file));
    }

    /** Whether an exception is one that a command ends with 2 for. */
    public static boolean isRefusal(RuntimeException e) {
        return e instanceof BadInput;
    }
}
