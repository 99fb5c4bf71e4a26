package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import schuss.backend.Storage;
import schuss.backend.runtime.ModelMemory;
import schuss.backend.runtime.Weights;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.losses.OutputActivation;
import schuss.optim.Group;
import schuss.report.ModelSummary;
import schuss.trace.Declarations;
import schuss.trace.Trace;

/**
 * A network with its parameters on a device. It may be used from any thread; while a trainer works on it, predictions
 * see the weights that were last published, at the end of an epoch.
 *
 * <pre>{@code
 * try (Device device = Device.best();
 *      Model model = Model.create(Sequential.of(new Dense(32), new Relu(), new Dense(3)), Shape.of(4), device, 42)) {
 *     float[] scores = model.predict(new float[] {5.1f, 3.5f, 1.4f, 0.2f});
 * }
 * }</pre>
 */
public final class Model implements AutoCloseable {
    static {
        Inside.show(Model.class, ModelMemory.class, model -> model.memory);
    }

    private final Optional<Layer> layer; // that the network is
    private final Network network;
    private final List<Spec> inputs;
    private final Device device;
    private final Resource resource;
    private final ModelMemory memory;
    private final NamedWeights weights;
    private final Predictor predictor;
    private Map<String, String> metadata = Map.of();

    /** A network as {@link #trace} saw it. */
    Model(Network network, List<Spec> inputs, Device device, Trace trace) {
        this.layer = network.layer();
        this.network = ImageBytes.accepted(inputs, network);
        this.inputs = List.copyOf(inputs);
        this.device = device;
        Declarations declarations = trace.declarations();
        this.resource = Resource.of(this, "Model of " + declarations.layout().elements() + " parameters", device);
        this.weights = new NamedWeights(resource, device.backend(), declarations);
        this.memory = new PublishedWeights(weights, resource, device, new AtomicBoolean());
        this.predictor = resource.own(new Predictor(network, this.inputs, trace, device, resource, weights));
    }

    private static Spec numbers(Shape example) {
        return new Spec(Network.INPUT, DType.F32, example);
    }

    /**
     * A model with fresh parameters.
     *
     * @param layer the network; the model traces it anew, so several models may be made of one
     * @param input the shape of one example, without the batch
     * @param seed draws the parameters: the same seed gives the same numbers on every machine
     * @throws IllegalArgumentException naming the layer that does not fit its input
     */
    public static Model create(Layer layer, Shape input, Device device, long seed) {
        return create(layer, numbers(input), device, seed);
    }

    /**
     * {@link #create(Layer, Shape, Device, long)} for inputs of another type: I32 for indices, which an
     * {@code Embedding} takes.
     *
     * @param input one example, without the batch: F32, I32 or U8. Of U8 the network gets the bytes as they are; to one of
     *     F32, data sets may give bytes too, which then are images: 0 to 255 become 0 to 1
     */
    public static Model create(Layer layer, Spec input, Device device, long seed) {
        return create(Network.of(layer), List.of(input), device, seed);
    }

    /** {@link #create(Layer, Shape, Device, long)} for a network of several inputs or outputs. */
    public static Model create(Network network, List<Spec> inputs, Device device, long seed) {
        Model model = new Model(network, inputs, device, InferenceTrace.of(network, inputs));
        try {
            model.weights.initialize(seed);
            return model;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /**
     * The model of a file that {@link #save} wrote: network, weights and what is made of the outputs, all from the file.
     *
     * <pre>{@code
     * try (Model model = Model.load(Path.of("model.safetensors"), device, Swish.class)) { ... }
     * }</pre>
     *
     * @param own records of your own that are layers of the network
     * @throws FormatException if the file is damaged, or has a layer that is neither of this library nor one of these
     */
    @SafeVarargs
    public static Model load(Path path, Device device, Class<? extends Layer>... own) throws IOException {
        return ModelFile.load(path, device, List.of(own));
    }

    /**
     * {@link #load(Path, Device, Class...)} for a file that does not tell its network: one with a layer that is no record,
     * or with several inputs or outputs.
     *
     * @param layer the same network as was saved
     * @throws FormatException if the file is damaged, or has another network as far as it tells: other layers, other
     *     settings, or parameters of other names or shapes
     */
    public static Model load(Path path, Layer layer, Shape input, Device device) throws IOException {
        return load(path, layer, numbers(input), device);
    }

    /** {@link #load(Path, Layer, Shape, Device)} for inputs of another type. */
    public static Model load(Path path, Layer layer, Spec input, Device device) throws IOException {
        return load(path, Network.of(layer), List.of(input), device);
    }

    /** {@link #load(Path, Layer, Shape, Device)} for a network of several inputs or outputs. */
    public static Model load(Path path, Network network, List<Spec> inputs, Device device) throws IOException {
        return ModelFile.load(path, network, inputs, device);
    }

    /**
     * Writes all parameters and states as safetensors, under names like {@code 0.dense/weight}: to a temporary file
     * first, so that an older file stays whole until the new one is.
     */
    public void save(Path path) throws IOException {
        save(path, metadata);
    }

    /** {@link #save(Path)} with text to keep in the file's metadata. */
    public void save(Path path, Map<String, String> text) throws IOException {
        weights.save(path, ModelFile.metadata(this, text));
    }

    /**
     * Predicts one example or several, one after the other in the array. Outputs follow each other likewise: class
     * probabilities after training with a loss on logits. All examples of a call meet one set of weights, the one that was
     * published last when it began, however long it takes and whoever trains meanwhile.
     *
     * @throws IllegalArgumentException naming both lengths when the array is no multiple of an example
     */
    public float[] predict(float[] examples) {
        return predictor.predict(examples, (int[]) null);
    }

    /** {@link #predict(float[])} of integers, for a model whose input is I32. */
    public float[] predict(int[] examples) {
        return predictor.predict(null, examples);
    }

    /**
     * {@link #predict(float[])} of all examples of a data set, in their order, whatever their targets are. Bytes are
     * pixels, as in training; {@link Answer#of(Model, Dataset)} names classes.
     *
     * @throws IllegalArgumentException if the examples are not of the model's inputs
     */
    public float[] predict(Dataset examples) {
        return predictor.predict(examples);
    }

    /**
     * Predicts by name, for models of several inputs or outputs.
     *
     * <pre>{@code
     * Map<String, Tensor> houses = Map.of("photo", photos, "table", rows); // (n, 64, 64, 3) and (n, 12)
     * float[] prices = model.predict(houses).get("price").floats();
     * }</pre>
     *
     * @param examples a tensor for each input; the first axis of all counts examples
     * @throws IllegalArgumentException naming the input that is missing, or of another type or shape
     */
    public Map<String, Tensor> predict(Map<String, Tensor> examples) {
        return predictor.predict(examples);
    }

    /**
     * What a layer puts out for examples, one after the other: features for a smaller model to learn from.
     *
     * <pre>{@code
     * float[] features = pretrained.features("7.relu", images);
     * Dataset small = Dataset.of(features, Shape.of(features.length / labels.length), labels, 5);
     * }</pre>
     *
     * @param path of the layer, as {@link #summary} names it; of one that is applied several times the last output
     * @throws IllegalArgumentException if there is no such layer, or what it puts out is no row for each example
     */
    public float[] features(String path, float[] examples) {
        return predictor.features(path, examples, (int[]) null);
    }

    /** {@link #features(String, float[])} of integers, for a model whose input is I32. */
    public float[] features(String path, int[] examples) {
        return predictor.features(path, null, examples);
    }

    /** {@link #predict(float[])} into an array that is there already. */
    public void predict(float[] examples, float[] outputs) {
        predictor.predict(examples, outputs);
    }

    /**
     * Monte Carlo dropout (Gal and Ghahramani 2016): predicts the same examples several times with dropout and noise as
     * in training, by a fresh mask for every sample and example, and everything else as in {@link #predict}. How far
     * the samples differ says how sure the network is.
     *
     * <pre>{@code
     * MonteCarloPrediction distribution = model.predictDistribution(images, 100, 42);
     * float[] probabilities = distribution.mean();
     * float[] spread = distribution.standardDeviation();
     * }</pre>
     *
     * @param samples at least 2
     * @param seed draws the masks: the same seed gives the same samples of the same examples
     */
    public MonteCarloPrediction predictDistribution(float[] examples, int samples, long seed) {
        return predictor.sample(examples, null, samples, seed);
    }

    /** {@link #predictDistribution(float[], int, long)} of integers, for a model whose input is I32. */
    public MonteCarloPrediction predictDistribution(int[] examples, int samples, long seed) {
        return predictor.sample(null, examples, samples, seed);
    }

    /**
     * A session of a program of one's own that reads this model's weights, as predictions see them: from its slots {@code
     * parameters} and {@code states}. Whoever asks closes it.
     *
     * <pre>{@code
     * Trace trace = Trace.of(model.network(), batch, Mode.INFERENCE);  // and whatever is computed of its outputs
     * try (Session session = model.session(trace.program())) { ... }
     * }</pre>
     */
    public Session session(Program program) {
        resource.check();
        Weights memory = weights.memory(); // not the model, which a forgotten session must not hold
        return session(weights.declarations().placed(program), Storage.slots(memory::slot, () -> 0));
    }

    /** A session of a program whose slots lie in other memory, which is closed with this model. */
    public Session session(Program program, Storage slots) {
        return Session.of(device, program, slots, resource);
    }

    /** What {@link #predict} makes of the network's output; set by training from its loss. */
    public void setPrediction(OutputActivation made) {
        setPredictions(Map.of(Network.OUTPUT, made));
    }

    /** {@link #setPrediction} of several outputs by name; others are given as they are. */
    public void setPredictions(Map<String, OutputActivation> made) {
        predictor.setPredictions(made);
    }

    /** What it computes. */
    public Network network() {
        return network;
    }

    /** The layer that it is, unless it has several inputs or outputs. */
    public Optional<Layer> layer() {
        return layer;
    }

    public Device device() {
        return device;
    }

    /** One example of the only input. */
    public Spec input() {
        return inputs.get(0);
    }

    /** One example of each input. */
    public List<Spec> inputs() {
        return inputs;
    }

    /** What comes out for one example, by name, without the batch. */
    public List<Spec> outputs() {
        return predictor.outputs();
    }

    /** The number of outputs of one example. */
    public int outputSize() {
        return predictor.outputSize();
    }

    /** The parameters, and what training carries along beside them: their paths, shapes and where they lie. */
    public Declarations declarations() {
        return weights.declarations();
    }

    NamedWeights weights() {
        return weights;
    }

    Map<String, OutputActivation> predictions() {
        return predictor.predictions();
    }

    void setMetadata(Map<String, String> text) {
        metadata = Map.copyOf(text);
    }

    /** Text that was read from the file's metadata. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** A copy of one parameter's or state's numbers. */
    public float[] parameter(String path) {
        return weights.get(path);
    }

    /** Replaces one parameter's or state's numbers. */
    public void setParameter(String path, float... values) {
        weights.set(path, values);
    }

    /**
     * Takes parameters and states over from another model, for transfer learning: those of equal path and shape; others, such
     * as a last layer for other classes, stay as they are.
     *
     * <pre>{@code
     * model.copyWeights(pretrained, "*");
     * Trainer.of(model, loss, optimizer).withFrozen("0.conv2d", "3.conv2d").fit(few);
     * }</pre>
     *
     * @param pattern which, as in {@link schuss.optim.Group}: {@code *} for all
     * @return the paths of what was taken over
     * @throws IllegalArgumentException naming the parameters of both if there is none
     */
    public List<String> copyWeights(Model from, String pattern) {
        return weights.take(from.weights, new Group(pattern));
    }

    /** The network layer by layer, its cost and its memory; {@code toString} makes a table of it. */
    public ModelSummary summary() {
        return device.call(() -> {
            resource.check();
            return ModelSummary.of(network, inputs, device.backend(), device.threads());
        });
    }

    /** Frees its memory, that of its trainers included; waits for predictions under way. */
    @Override
    public void close() {
        resource.close();
    }
}
