package schuss.backend;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import schuss.DType;

/**
 * The element types that a kernel reads: one for each input in order, or a rule for any number of inputs.
 *
 * <pre>{@code
 * kernels.register(Gather.class, Signature.of(F32, I64), factory);          // a table and its indices
 * kernels.register(Concatenate.class, Signature.alike(F32, I32), factory);  // any number of parts
 * }</pre>
 */
public final class Signature {
    /** Any inputs; the kernel checks them itself. */
    public static final Signature ANY = new Signature(Rule.ANY);

    /** Any number of inputs, all f32. */
    public static final Signature ALL_F32 = alike(DType.F32);

    /** No inputs. */
    public static final Signature NONE = of();

    private enum Rule {
        IN_ORDER,
        ALIKE,
        EACH,
        ANY
    }

    private final Rule rule;
    private final List<DType> types;

    private Signature(Rule rule, DType... types) {
        this.rule = rule;
        this.types = List.copyOf(Arrays.asList(types));
    }

    /**
     * {@return exactly these inputs}
     *
     * @param types the element type of each input
     */
    public static Signature of(DType... types) {
        return new Signature(Rule.IN_ORDER, types);
    }

    /**
     * {@return any number of inputs that all have the same element type}
     *
     * @param types the element types it may be
     */
    public static Signature alike(DType... types) {
        return new Signature(Rule.ALIKE, types);
    }

    /**
     * {@return any number of inputs whose element types may differ}
     *
     * @param types the element types that each may have
     */
    public static Signature each(DType... types) {
        return new Signature(Rule.EACH, types);
    }

    boolean fits(List<DType> inputs) {
        return switch (rule) {
            case IN_ORDER -> inputs.equals(types);
            case ALIKE ->
                types.containsAll(inputs) && inputs.stream().distinct().count() <= 1;
            case EACH -> types.containsAll(inputs);
            case ANY -> true;
        };
    }

    /** As errors print types: {@code (f32, i32)}. */
    static String text(List<DType> types) {
        return types.stream().map(Signature::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String text(DType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return switch (rule) {
            case IN_ORDER -> text(types);
            case ALIKE -> types.stream().map(t -> "(" + text(t) + ", ...)").collect(Collectors.joining(", "));
            case EACH -> types.stream().map(Signature::text).collect(Collectors.joining(" or ", "(", ", ...)"));
            case ANY -> "(...)";
        };
    }
}
