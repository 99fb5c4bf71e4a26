package schuss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import schuss.internal.Json;
import schuss.io.Safetensors;
import schuss.layers.Layer;
import schuss.layers.LayerText;
import schuss.layers.Network;
import schuss.trace.Trace;

/** A model as a file: its weights, and in the metadata its network, its inputs and what is made of its outputs. */
final class ModelFile {
    private static final String NETWORK = "schuss.network";
    private static final String INPUTS = "schuss.inputs";

    private ModelFile() {}

    static Model load(Path path, Device device, Collection<Class<? extends Layer>> own) throws IOException {
        try (Safetensors file = read(path)) {
            Map<String, String> text = file.metadata();
            if (!text.containsKey(NETWORK) || !text.containsKey(INPUTS)) {
                throw new FormatException(
                        path + ": expected a model whose file tells its network, with " + NETWORK + " and "
                                + INPUTS + " in its metadata, got " + new TreeMap<>(text).keySet()
                                + "; Model.load(path, layer, input, device) takes the network from you");
            }
            Layer layer = LayerText.read(path + ", " + NETWORK, text.get(NETWORK), own);
            List<Spec> inputs = inputs(path + ", " + INPUTS, text.get(INPUTS));
            try {
                return load(path, file, Network.of(layer), inputs, device);
            } catch (IllegalArgumentException e) { // what the file tells is no network
                throw new FormatException(path + ": " + e.getMessage(), e);
            }
        }
    }

    static Model load(Path path, Network network, List<Spec> inputs, Device device) throws IOException {
        try (Safetensors file = read(path)) {
            return load(path, file, network, inputs, device);
        }
    }

    private static Safetensors read(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new NoSuchFileException(path.toString(), null, "expected the file of a saved model, got none");
        }
        return Safetensors.read(path);
    }

    private static Model load(Path path, Safetensors file, Network network, List<Spec> inputs, Device device)
            throws IOException {
        Trace trace = InferenceTrace.of(network, inputs);
        NamedWeights.check(path, file, trace.declarations()); // before there is memory to ask for
        checkNetwork(path, file.metadata().get(NETWORK), network, inputs, trace);
        Model model = new Model(network, inputs, device, trace);
        try {
            model.weights().load(path, file);
            model.setMetadata(file.metadata());
            model.setPredictions(
                    PredictionText.read(path, file.metadata(), trace.outputs().keySet()));
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Weights of the right names and shapes are no proof of the right network. */
    private static void checkNetwork(Path path, String told, Network network, List<Spec> inputs, Trace trace) {
        if (told == null || network.layer().isEmpty()) {
            return;
        }
        String what = path + ", " + NETWORK;
        String difference =
                LayerText.difference(what, told, LayerText.write(network.layer().get()));
        if (difference != null && !computesTheSame(what, told, inputs, trace)) {
            throw new FormatException(path + ": expected the network of the file, got another, at " + difference);
        }
    }

    /** Whether layers that are put together in another way come to the same program. */
    private static boolean computesTheSame(String what, String told, List<Spec> inputs, Trace trace) {
        try {
            Layer layer = LayerText.read(what, told, List.of());
            Trace other = InferenceTrace.of(Network.of(layer), inputs);
            return other.program().toString().equals(trace.program().toString());
        } catch (FormatException | IllegalArgumentException e) {
            return false;
        }
    }

    /** What a file says beside the weights, and text of the user's. */
    static Map<String, String> metadata(Model model, Map<String, String> text) {
        Map<String, String> all = new TreeMap<>(text);
        PredictionText.write(model.predictions(), all);
        model.layer().ifPresent(layer -> all.put(NETWORK, LayerText.write(layer)));
        all.put(INPUTS, Json.write(model.inputs().stream().map(ModelFile::json).toList()));
        return all;
    }

    private static Map<String, Object> json(Spec input) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", input.name());
        json.put("dtype", input.dtype().name());
        json.put("shape", Arrays.stream(input.shape().dimensions()).boxed().toList());
        return json;
    }

    private static List<Spec> inputs(String what, String text) {
        List<Spec> inputs = new ArrayList<>();
        try {
            for (Object input : (List<?>) Json.read(what, text)) {
                Map<?, ?> json = (Map<?, ?>) input;
                int[] shape = ((List<?>) json.get("shape"))
                        .stream().mapToInt(extent -> whole((Double) extent)).toArray();
                inputs.add(new Spec(
                        (String) json.get("name"), DType.valueOf((String) json.get("dtype")), Shape.of(shape)));
            }
        } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new FormatException(what + ": expected inputs with name, dtype and shape, got " + text, e);
        }
        if (inputs.size() != 1) {
            throw new FormatException(what + ": expected the input of a layer, got " + inputs.size());
        }
        return inputs;
    }

    private static int whole(double extent) {
        if (extent != (int) extent) {
            throw new IllegalArgumentException("extent: expected a whole number, got " + extent);
        }
        return (int) extent;
    }
}
