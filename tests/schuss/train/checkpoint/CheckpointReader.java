package schuss.train.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import schuss.DType;
import schuss.Device;
import schuss.FormatException;
import schuss.Model;
import schuss.Shape;
import schuss.io.Safetensors;
import schuss.optim.Adam;
import schuss.train.Callback;
import schuss.train.EarlyStopping;
import schuss.train.NotFiniteException;
import schuss.train.Progress;
import schuss.train.Toy;
import schuss.train.Trainer;

/** Resumes a small run from a checkpoint in which strange bytes have replaced something. */
public final class CheckpointReader {
    private static final int BATCHES = 3; // an epoch
    private static final int EPOCHS = 3;
    private static final Path FOLDER = temporary();
    private static CheckpointFile whole; // made once

    private CheckpointReader() {}

    private static Path temporary() {
        try {
            Path folder = Files.createTempDirectory("fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        for (String name : new String[] {"batch-000000005.safetensors", "batch-000000006.safetensors", ".lock", ""}) {
            folder.resolve(name).toFile().delete();
        }
    }

    private static Trainer trainer(Model model) {
        return Toy.trainer(model, new Adam(0.01))
                .withBatchSize(10)
                .withEpochs(EPOCHS)
                .withValidation(Toy.data(7))
                .withCallback(new EarlyStopping(2))
                .withNotices(notice -> {});
    }

    /** The texts and numbers of a run that crashed in the middle of its second epoch. */
    static synchronized CheckpointFile whole() throws IOException {
        if (whole == null) {
            try (Device device = Device.reference();
                    Model model = Toy.model(device)) {
                trainer(model)
                        .withCallback(new Callback() {
                            @Override
                            public void onProgress(Progress progress) {
                                if (progress.epoch() == 2 && progress.examples() == 20) {
                                    throw new IllegalStateException("crash");
                                }
                            }
                        })
                        .withCheckpoints(FOLDER, 1, 1)
                        .fit(Toy.data(10 * BATCHES));
            } catch (IllegalStateException crash) {
                Path file = new CheckpointFolder(FOLDER).files().get(0);
                try (Safetensors open = Safetensors.read(file)) {
                    CheckpointFile read = CheckpointFile.of(file, open);
                    Map<String, Safetensors.Entry> numbers = new LinkedHashMap<>();
                    for (Map.Entry<String, Safetensors.Entry> named :
                            read.numbers().entrySet()) {
                        numbers.put(named.getKey(), copy(named.getValue()));
                    }
                    whole = new CheckpointFile(read.text(), numbers);
                }
                Files.delete(file);
            }
        }
        return whole;
    }

    private static Safetensors.Entry copy(Safetensors.Entry entry) throws IOException {
        ByteBuffer all =
                ByteBuffer.allocate((int) entry.shape().size() * entry.dtype().bytes());
        entry.forEach((index, part) -> all.put(part));
        return Safetensors.Entry.of(entry.dtype(), entry.shape(), all.flip());
    }

    /**
     * Reads keys and values, a zero behind each. {@code #name} is for numbers: a letter for their type, then their bytes, or
     * nothing for none; {@code -key} takes a text away.
     */
    public static void resume(byte[] bytes) throws IOException {
        Map<String, String> text = new TreeMap<>(whole().text());
        Map<String, Safetensors.Entry> numbers = new LinkedHashMap<>(whole().numbers());
        String[] pairs = new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1);
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            String key = pairs[i];
            String value = pairs[i + 1];
            if (key.startsWith("#") && value.length() < 2) {
                numbers.remove(key.substring(1));
            } else if (key.startsWith("#")) {
                numbers.put(key.substring(1), entry(value));
            } else if (key.startsWith("-")) {
                text.remove(key.substring(1));
            } else {
                text.put(key, value);
            }
        }
        resume(text, numbers);
    }

    private static Safetensors.Entry entry(String value) {
        DType type = value.charAt(0) == 'D' ? DType.F64 : value.charAt(0) == 'F' ? DType.F32 : DType.I32;
        byte[] data = value.substring(1).getBytes(StandardCharsets.ISO_8859_1);
        int count = Math.max(1, data.length / type.bytes());
        ByteBuffer all =
                ByteBuffer.wrap(Arrays.copyOf(data, count * type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        return Safetensors.Entry.of(type, Shape.of(count), all);
    }

    /** Trains to the end from such a checkpoint. */
    static void resume(Map<String, String> text, Map<String, Safetensors.Entry> numbers) throws IOException {
        Path file = FOLDER.resolve("batch-000000005.safetensors");
        new CheckpointFile(text, numbers).write(file);
        try (Device device = Device.reference();
                Model model = Toy.model(device)) {
            trainer(model).withResume(FOLDER).fit(Toy.data(10 * BATCHES)).toCsv();
        } catch (NotFiniteException e) {
            if (!e.getMessage().contains("training stopped")) { // numbers may be any
                throw new FormatException(e.getMessage(), e);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
