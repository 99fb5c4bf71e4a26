package schuss.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.internal.Json;
import schuss.internal.JsonReader;

/**
 * The JSON header of a safetensors file.
 *
 * @param tensors by name, in the order of their data
 * @param metadata texts by key, in the order of the file
 */
public record SafetensorsHeader(Map<String, Tensor> tensors, Map<String, String> metadata) {
    static final int MAX_BYTES = 100_000_000;
    static final int ALIGNMENT = 8;
    private static final String METADATA = "__metadata__";

    private static final Map<String, Integer> OTHER_TYPES =
            Map.of("F16", 2, "I8", 1, "I16", 2, "U16", 2, "U32", 4, "U64", 8, "C64", 8, "F8_E4M3", 1, "F8_E5M2", 1);

    /**
     * The type and position of a tensor, in bytes from the end of the header.
     *
     * @param type of the elements, as the file names it
     * @param dtype the same; null for a type that this library does not have
     * @param extents some of which may be 0
     * @param shape the same; null if there are no elements
     * @param begin the first byte
     * @param end one beyond the last byte
     */
    record Tensor(String type, DType dtype, List<Long> extents, Shape shape, long begin, long end) {}

    static long bytes(DType dtype, Shape shape) {
        return Math.multiplyExact(shape.size(), dtype.bytes());
    }

    /** The header as bytes, padded with spaces to a multiple of {@link #ALIGNMENT}. Metadata is sorted by key. */
    static byte[] encode(Map<String, Safetensors.Entry> entries, Map<String, String> metadata) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append('"').append(METADATA).append("\":{");
            String separator = "";
            for (Map.Entry<String, String> pair : new TreeMap<>(metadata).entrySet()) {
                json.append(separator);
                Json.quote(pair.getKey(), json).append(':');
                Json.quote(pair.getValue(), json);
                separator = ",";
            }
            json.append('}');
        }
        long begin = 0;
        for (Map.Entry<String, Safetensors.Entry> pair : entries.entrySet()) {
            if (pair.getKey().equals(METADATA)) {
                throw new IllegalArgumentException("tensor name: expected any but " + METADATA + ", which is reserved");
            }
            Safetensors.Entry entry = pair.getValue();
            long end = Math.addExact(begin, bytes(entry.dtype(), entry.shape()));
            json.append(json.length() > 1 ? "," : "");
            Json.quote(pair.getKey(), json)
                    .append(":{\"dtype\":\"")
                    .append(entry.dtype().name())
                    .append("\",\"shape\":")
                    .append(Arrays.toString(entry.shape().dimensions()).replace(" ", ""))
                    .append(",\"data_offsets\":[")
                    .append(begin)
                    .append(',')
                    .append(end)
                    .append("]}");
            begin = end;
        }
        return pad(json.append('}'));
    }

    private static byte[] pad(StringBuilder json) {
        ByteBuffer utf8;
        try {
            utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("names and metadata: expected Unicode text, got a lone surrogate", e);
        }
        int length = utf8.remaining();
        byte[] padded = new byte[(length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT];
        if (padded.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "header: expected at most " + MAX_BYTES + " bytes of names and metadata, got " + padded.length);
        }
        utf8.get(padded, 0, length);
        Arrays.fill(padded, length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Reads a header and checks that its tensors fill the data without holes or overlaps.
     *
     * @param file what messages call the file
     * @param dataBytes the length of the file after the header
     */
    static SafetensorsHeader decode(String file, byte[] header, long dataBytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(file + ": header: expected UTF-8, got other bytes", e);
        }
        if (!text.startsWith("{")) {
            throw new JsonReader(file, text).wrong("'{'");
        }
        JsonReader json = new JsonReader(file, text);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = null;
        json.expect('{');
        for (boolean more = !json.accept('}'); more; more = next(json)) {
            String name = json.string();
            json.expect(':');
            if (tensors.containsKey(name) || (name.equals(METADATA) && metadata != null)) {
                throw new FormatException(file + ": header: expected each name once, got \"" + name + "\" twice");
            }
            if (name.equals(METADATA)) {
                metadata = metadata(file, json);
            } else {
                tensors.put(name, tensor(file + ": tensor \"" + name + "\"", json));
            }
        }
        json.expectEnd();
        return new SafetensorsHeader(inDataOrder(file, tensors, dataBytes), metadata == null ? Map.of() : metadata);
    }

    /** Whether a comma, else a closing brace, comes next. */
    private static boolean next(JsonReader json) {
        if (json.accept(',')) {
            return true;
        }
        json.expect('}');
        return false;
    }

    private static Map<String, String> metadata(String file, JsonReader json) {
        Map<String, String> metadata = new LinkedHashMap<>();
        json.expect('{');
        for (boolean more = !json.accept('}'); more; more = next(json)) {
            String key = json.string();
            json.expect(':');
            if (metadata.put(key, json.string()) != null) {
                throw new FormatException(file + ": metadata: expected each key once, got \"" + key + "\" twice");
            }
        }
        return metadata;
    }

    private static Tensor tensor(String where, JsonReader json) {
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        json.expect('{');
        for (boolean more = !json.accept('}'); more; more = next(json)) {
            String key = json.string();
            json.expect(':');
            boolean twice = switch (key) {
                case "dtype" -> dtype != null;
                case "shape" -> shape != null;
                case "data_offsets" -> offsets != null;
                default ->
                    throw new FormatException(where + ": expected dtype, shape and data_offsets, got \"" + key + "\"");
            };
            if (twice) {
                throw new FormatException(where + ": expected each key once, got \"" + key + "\" twice");
            }
            switch (key) {
                case "dtype" -> dtype = json.string();
                case "shape" -> shape = numbers(json);
                default -> offsets = numbers(json);
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw new FormatException(where + ": expected dtype, shape and data_offsets, got no " + missing);
        }
        return tensor(where, dtype, shape, offsets);
    }

    private static Tensor tensor(String where, String type, long[] dimensions, long[] offsets) {
        boolean empty = false;
        for (long dimension : dimensions) {
            if (dimension < 0 || dimension > Integer.MAX_VALUE) {
                throw new FormatException(where + ": shape: expected dimensions from 0 to " + Integer.MAX_VALUE
                        + ", got " + Arrays.toString(dimensions));
            }
            empty |= dimension == 0;
        }
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new FormatException(
                    where + ": data_offsets: expected a begin and an end behind it, got " + Arrays.toString(offsets));
        }
        try {
            Shape shape = empty
                    ? null
                    : Shape.of(
                            Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray());
            DType dtype = dtype(type);
            Integer each = dtype != null ? Integer.valueOf(dtype.bytes()) : OTHER_TYPES.get(type);
            long bytes = empty ? 0 : each == null ? offsets[1] - offsets[0] : shape.size() * each;
            if (bytes != offsets[1] - offsets[0]) {
                throw new FormatException(where + ": expected " + bytes + " bytes for "
                        + (empty ? Arrays.toString(dimensions) : shape) + " of " + type + ", got data_offsets of "
                        + (offsets[1] - offsets[0]));
            }
            List<Long> extents = Arrays.stream(dimensions).boxed().toList();
            return new Tensor(type, dtype, extents, shape, offsets[0], offsets[1]);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new FormatException(
                    where + ": shape: expected below 2^63 bytes, got " + Arrays.toString(dimensions), e);
        }
    }

    /** The type of a name; null for one that we have not. */
    private static DType dtype(String name) {
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        return null;
    }

    private static long[] numbers(JsonReader json) {
        long[] numbers = new long[4];
        int count = 0;
        json.expect('[');
        if (json.accept(']')) {
            return new long[0];
        }
        do {
            numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
            numbers[count++] = json.number();
        } while (json.accept(','));
        json.expect(']');
        return Arrays.copyOf(numbers, count);
    }

    private static Map<String, Tensor> inDataOrder(String file, Map<String, Tensor> tensors, long dataBytes) {
        List<Map.Entry<String, Tensor>> sorted = tensors.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Tensor> entry) ->
                                entry.getValue().begin())
                        .thenComparingLong(entry -> entry.getValue().end()))
                .toList();
        Map<String, Tensor> result = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Tensor> entry : sorted) {
            Tensor tensor = entry.getValue();
            String where = file + ": tensor \"" + entry.getKey() + "\"";
            if (tensor.begin() != end) {
                throw new FormatException(where + ": expected data from byte " + end
                        + " on, without holes or overlaps, got from " + tensor.begin());
            }
            if (tensor.end() > dataBytes) {
                throw new FormatException(where + ": expected to end within the file's " + dataBytes
                        + " bytes of data, got " + tensor.end());
            }
            result.put(entry.getKey(), tensor);
            end = tensor.end();
        }
        if (end != dataBytes) {
            throw new FormatException(file + ": expected " + end + " bytes of data, got " + dataBytes);
        }
        return result;
    }
}
