package schuss.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import schuss.FormatException;
import schuss.io.Safetensors;

/**
 * A checkpoint as a file: safetensors with the texts as metadata. A digest of both texts and numbers tells a file that was
 * changed on its way from one that is whole.
 *
 * @param text by key
 * @param numbers by name, in the order of the file
 */
public record CheckpointFile(Map<String, String> text, Map<String, Safetensors.Entry> numbers) {
    private static final String VERSION_KEY = "schuss.checkpoint";
    private static final String VERSION = "2";
    private static final String DIGEST_KEY = "schuss.sha256";

    /** A file of another version of the format: whole, but not for us. */
    static final class OtherVersionException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private OtherVersionException(String message) {
            super(message);
        }
    }

    public void write(Path path) throws IOException {
        Map<String, String> metadata = new TreeMap<>(text);
        metadata.put(VERSION_KEY, VERSION);
        metadata.put(DIGEST_KEY, digest(metadata, numbers));
        Safetensors.write(path, numbers, metadata);
    }

    /**
     * Checks all of a file. Its numbers are read again when they are asked for, while it is open: they may be more than fits
     * into Java's memory.
     *
     * @throws FormatException if it is damaged
     * @throws OtherVersionException if it has another version
     */
    public static CheckpointFile of(Path path, Safetensors file) throws IOException {
        Map<String, String> text = new TreeMap<>(file.metadata());
        String version = text.getOrDefault(VERSION_KEY, "none");
        if (!version.equals(VERSION)) {
            throw new OtherVersionException(
                    path + ": expected a checkpoint of version " + VERSION + ", got version " + version);
        }
        Map<String, Safetensors.Entry> numbers = new LinkedHashMap<>();
        for (String name : file.names()) {
            numbers.put(name, file.entry(name));
        }
        String expected = text.remove(DIGEST_KEY);
        String got = digest(text, numbers);
        if (!got.equals(expected)) {
            throw new FormatException(path + ": expected content of SHA-256 " + expected + ", got " + got);
        }
        return new CheckpointFile(text, numbers);
    }

    private static String digest(Map<String, String> text, Map<String, Safetensors.Entry> numbers) throws IOException {
        MessageDigest sha = sha256();
        text.forEach((key, value) -> {
            update(sha, key);
            update(sha, value);
        });
        for (Map.Entry<String, Safetensors.Entry> named : numbers.entrySet()) {
            Safetensors.Entry entry = named.getValue();
            update(sha, named.getKey());
            update(sha, entry.dtype() + entry.shape().toString());
            entry.forEach((index, elements) -> sha.update(elements));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** The length first: no two lists of texts look alike. */
    private static void update(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        sha.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
