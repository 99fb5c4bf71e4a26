package schuss.backend.cuda.convolution;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import schuss.backend.cuda.runtime.Digest;
import schuss.backend.cuda.runtime.KernelCache;

/**
 * Who computes which convolution, as found out by timing. The fastest is not the same each time, and the bits of a result
 * are those of whoever computed it: what repeats a training takes the choices of the first.
 *
 * <p>As text, a line names what chose (GPU and library), then there is a line for each convolution:
 *
 * <pre>
 * forward x (128, 32, 32, 16) w (3, 3, 16, 16) stride 1x1 pad 1,1,1,1 dilation 1x1 groups 1 = engine 70 2=8 18=0
 * weight_gradient x ... = direct
 * </pre>
 */
public final class PlanChoices {
    private static final System.Logger LOG = System.getLogger("schuss");
    private static final String IS = " = ";
    private static final String DIRECT = "direct";
    private static final String ENGINE = "engine ";

    private final String chooser;
    private final Map<String, Optional<Engine>> choices = new TreeMap<>();

    private final KernelCache cache; // null for none

    /** @param chooser on what the choices depend beside the convolution: GPU and version of the library */
    public PlanChoices(String chooser) {
        this(chooser, null);
    }

    /** Choices that are kept on disk too, where other devices and processes find them: all of a machine choose alike. */
    public PlanChoices(String chooser, KernelCache cache) {
        this.chooser = chooser;
        this.cache = cache;
    }

    /** The choice for a convolution, an engine or empty for our own kernels; null when there is none yet. */
    public synchronized Optional<Engine> of(String convolution) {
        Optional<Engine> choice = choices.get(convolution);
        if (choice == null) {
            load();
            choice = choices.get(convolution);
        }
        return choice;
    }

    /** Keeps a choice. */
    public synchronized void put(String convolution, Optional<Engine> choice) {
        load(); // what others have found out since stays there
        choices.put(convolution, choice);
        if (cache != null) {
            cache.put(key(), export().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Takes over what is on disk, but for what is known here: a choice in use is not changed behind its user's back. */
    private void load() {
        if (cache == null) {
            return;
        }
        cache.get(key()).ifPresent(bytes -> {
            Map<String, Optional<Engine>> known = Map.copyOf(choices);
            try {
                restore(new String(bytes, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "convolutions are timed anew: " + e.getMessage());
            }
            choices.putAll(known);
        });
    }

    private String key() {
        return "choices-" + Digest.of(chooser);
    }

    /** All choices as text. */
    public synchronized String export() {
        return choices.entrySet().stream()
                .map(e -> e.getKey() + IS + text(e.getValue()) + "\n")
                .collect(Collectors.joining("", chooser + "\n", ""));
    }

    private static String text(Optional<Engine> choice) {
        return choice.map(engine -> ENGINE + engine.text()).orElse(DIRECT);
    }

    /**
     * Takes over exported choices, and says whether: those of another GPU or library mean nothing here.
     *
     * @throws IllegalArgumentException when this is no export
     */
    public synchronized boolean restore(String exported) {
        String[] lines = exported.split("\n", -1);
        if (!lines[0].equals(chooser)) {
            return false;
        }
        Map<String, Optional<Engine>> read = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
                read(lines[i], read);
            }
        }
        choices.putAll(read);
        return true;
    }

    private static void read(String line, Map<String, Optional<Engine>> choices) {
        int is = line.indexOf(IS);
        String choice = is < 0 ? "" : line.substring(is + IS.length());
        if (choice.equals(DIRECT)) {
            choices.put(line.substring(0, is), Optional.empty());
        } else if (choice.startsWith(ENGINE)) {
            choices.put(line.substring(0, is), Optional.of(Engine.parse(choice.substring(ENGINE.length()))));
        } else {
            throw new IllegalArgumentException("plan choices: expected \"CONVOLUTION" + IS + ENGINE + "NUMBER\" or \""
                    + "CONVOLUTION" + IS + DIRECT + "\", got \"" + line + "\"; delete the line, and it is timed anew");
        }
    }
}
