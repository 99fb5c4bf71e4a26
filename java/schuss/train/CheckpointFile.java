package schuss.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.io.FormatException;
import schuss.io.Safetensors;

/**
 * A checkpoint as a file: safetensors with the texts as metadata. A digest of both texts and numbers tells a file that was
 * changed on its way from one that is whole.
 *
 * @param text by key
 * @param numbers by name, in the order of the file
 */
record CheckpointFile(Map<String, String> text, Map<String, Numbers> numbers) {
    private static final String VERSION_KEY = "schuss.checkpoint";
    private static final String VERSION = "2";
    private static final String DIGEST_KEY = "schuss.sha256";

    /** Elements in the machine's byte order, from the buffer's position to its limit. */
    record Numbers(DType type, Shape shape, ByteBuffer bytes) {}

    /** A file of another version of the format: whole, but not for us. */
    static final class OtherVersionException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private OtherVersionException(String message) {
            super(message);
        }
    }

    void write(Path path) throws IOException {
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        numbers.forEach((name, n) -> entries.put(name, Safetensors.Entry.of(n.type(), n.shape(), n.bytes())));
        Map<String, String> metadata = new TreeMap<>(text);
        metadata.put(VERSION_KEY, VERSION);
        metadata.put(DIGEST_KEY, digest(metadata, numbers));
        Safetensors.write(path, entries, metadata);
    }

    /**
     * Reads all of a file.
     *
     * @throws FormatException if it is damaged
     * @throws OtherVersionException if it has another version
     */
    static CheckpointFile read(Path path) throws IOException {
        try (Safetensors file = Safetensors.read(path)) {
            Map<String, String> text = new TreeMap<>(file.metadata());
            String version = text.getOrDefault(VERSION_KEY, "none");
            if (!version.equals(VERSION)) {
                throw new OtherVersionException(
                        path + ": expected a checkpoint of version " + VERSION + ", got version " + version);
            }
            Map<String, Numbers> numbers = new LinkedHashMap<>();
            for (String name : file.names()) {
                numbers.put(name, numbers(file, name));
            }
            String expected = text.remove(DIGEST_KEY);
            String got = digest(text, numbers);
            if (!got.equals(expected)) {
                throw new FormatException(path + ": expected content of SHA-256 " + expected + ", got " + got);
            }
            return new CheckpointFile(text, numbers);
        }
    }

    private static Numbers numbers(Safetensors file, String name) throws IOException {
        Spec spec = file.spec(name);
        int bytes = Math.toIntExact(spec.shape().size() * spec.dtype().bytes());
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        file.read(name, buffer);
        return new Numbers(spec.dtype(), spec.shape(), buffer.flip());
    }

    private static String digest(Map<String, String> text, Map<String, Numbers> numbers) {
        MessageDigest sha = sha256();
        text.forEach((key, value) -> {
            update(sha, key);
            update(sha, value);
        });
        numbers.forEach((name, n) -> {
            update(sha, name);
            update(sha, n.type() + n.shape().toString());
            sha.update(n.bytes().duplicate());
        });
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
