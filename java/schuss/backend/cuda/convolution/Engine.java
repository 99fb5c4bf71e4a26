package schuss.backend.cuda.convolution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.kernels.ConvolutionTask.Pass;

/**
 * One way in which cuDNN can compute a graph: an engine and its settings, which cuDNN calls knobs.
 *
 * @param number of the engine among those for a graph
 * @param knobs the value of each knob, by type in the order of the types
 */
public record Engine(long number, Map<Integer, Long> knobs) {
    /** Fewer digits than singles have, another order of sums in each run, or (the transform) numbers spread over others. */
    private static final Set<Integer> UNFIT = Set.of(
            cudnn.CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS,
            cudnn.CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION,
            cudnn.CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC,
            cudnn.CUDNN_NUMERICAL_NOTE_FFT);

    /**
     * Transforms, which spread a number that is none over all pixels of a tile. A weight gradient sums over all pixels
     * anyway: there nobody can tell.
     */
    private static final Set<Integer> TRANSFORMS = Set.of(
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD,
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4,
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6,
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13);

    private static final int MOST_NOTES = 32;
    private static final int MOST_KNOBS = 64;

    public Engine {
        knobs = new TreeMap<>(knobs);
    }

    /** The number, then each knob as TYPE=VALUE. */
    String text() {
        StringBuilder text = new StringBuilder().append(number);
        knobs.forEach((type, value) -> text.append(' ').append(type).append('=').append(value));
        return text.toString();
    }

    /** The engine of a text. */
    static Engine parse(String text) {
        String[] words = text.split(" ", -1);
        Map<Integer, Long> knobs = new TreeMap<>();
        try {
            for (int i = 1; i < words.length; i++) {
                int is = words[i].indexOf('=');
                knobs.put(
                        Integer.valueOf(words[i].substring(0, Math.max(is, 0))),
                        Long.valueOf(words[i].substring(is + 1)));
            }
            return new Engine(Long.parseLong(words[0]), knobs);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "engine: expected its number and knobs as TYPE=VALUE, such as \"70 2=8 18=0\", got \"" + text
                            + "\"",
                    e);
        }
    }

    /** The engine and knobs of a configuration that cuDNN has proposed, with the engine's notes. */
    static Proposed of(Descriptor configuration) {
        List<Descriptor> all = new ArrayList<>();
        try {
            Descriptor engine = one(configuration);
            all.add(engine);
            List<Descriptor> choices = configuration.descriptors(
                    cudnn.CUDNN_ATTR_ENGINECFG_KNOB_CHOICES,
                    cudnn.CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR,
                    "knob choice",
                    MOST_KNOBS);
            all.addAll(choices);
            Map<Integer, Long> knobs = new TreeMap<>();
            for (Descriptor choice : choices) {
                knobs.put(
                        choice.constant(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, cudnn.CUDNN_TYPE_KNOB_TYPE),
                        choice.int64(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE));
            }
            long number = engine.int64(cudnn.CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
            List<Integer> numerical = engine.constants(
                    cudnn.CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, cudnn.CUDNN_TYPE_NUMERICAL_NOTE, MOST_NOTES);
            return new Proposed(new Engine(number, knobs), Set.copyOf(numerical));
        } finally {
            all.forEach(Descriptor::close);
        }
    }

    private static Descriptor one(Descriptor configuration) {
        return configuration
                .descriptors(cudnn.CUDNN_ATTR_ENGINECFG_ENGINE, cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR, "engine", 1)
                .get(0);
    }

    /** An engine and what cuDNN notes about its numbers. */
    public record Proposed(Engine engine, Set<Integer> notes) {
        /** Whether the reference's numbers may be expected of it; tensor cores round singles to TF32. */
        public boolean fits(Pass pass, boolean tf32) {
            return notes.stream().noneMatch(UNFIT::contains)
                    && (pass == Pass.WEIGHT_GRADIENT || notes.stream().noneMatch(TRANSFORMS::contains))
                    && (tf32 || !notes.contains(cudnn.CUDNN_NUMERICAL_NOTE_TENSOR_CORE));
        }
    }
}
