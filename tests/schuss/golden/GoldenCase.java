package schuss.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import schuss.Device;
import schuss.backend.Backend;
import schuss.internal.Inside;

/** One case of {@code golden.json}: what an engine of others made of a small problem, with the source and a tolerance. */
record GoldenCase(JsonNode json) {
    static List<GoldenCase> all() {
        try (InputStream in = GoldenCase.class.getResourceAsStream("/golden.json")) {
            List<GoldenCase> cases = new ArrayList<>();
            new ObjectMapper().readTree(in).get("cases").forEach(one -> cases.add(new GoldenCase(one)));
            return cases;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String id() {
        return json.get("id").asText();
    }

    JsonNode input(String name) {
        return json.get("inputs").get(name);
    }

    boolean hasInput(String name) {
        return json.get("inputs").has(name);
    }

    JsonNode expected() {
        return json.get("expected");
    }

    double parameter(String name) {
        JsonNode value = json.get("params").get(name);
        if (value == null) {
            throw new IllegalArgumentException(id() + " has no parameter " + name);
        }
        return value.asDouble();
    }

    /**
     * Fails unless every number agrees within the case's tolerance.
     *
     * @param rounding what a device in single precision may be off besides, as the caller works out; 0 in double
     */
    void compare(double[] expected, double[] actual, double rounding, String what) {
        assertTrue(expected.length == actual.length, what + ": " + expected.length + " numbers, not " + actual.length);
        JsonNode tolerance = json.get("tol");
        for (int i = 0; i < expected.length; i++) {
            double allowed = tolerance.get("atol").asDouble()
                    + tolerance.get("rtol").asDouble() * Math.abs(expected[i])
                    + rounding;
            assertTrue(
                    Math.abs(expected[i] - actual[i]) <= allowed,
                    id() + ", " + what + ", number " + i + ": expected " + expected[i] + " within " + allowed + ", got "
                            + actual[i]);
        }
    }

    static boolean isDouble(Device device) {
        return Inside.of(device, Backend.class).name().equals("reference");
    }

    /** A few roundings to single precision of a number of this size. */
    static double singleRounding(Device device, double[] numbers, double roundings) {
        return isDouble(device) ? 0 : roundings * 0x1p-24 * Numbers.largest(numbers);
    }
}
