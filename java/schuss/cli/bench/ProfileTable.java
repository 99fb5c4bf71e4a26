package schuss.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.ir.Step;
import schuss.ops.FusedProduct;
import schuss.ops.Op;
import schuss.ops.Packed;
import schuss.ops.Type;
import schuss.report.TextTable;
import schuss.train.diagnosis.Profile;

/** Prints a profile as a table, longest step first, with the sums below it. */
final class ProfileTable {
    private static final int LONGEST_OP = 44; // a fused formula can be a page

    private final Profile profile;
    private final Ceilings ceilings;
    private final boolean behindTheHost;

    /**
     * @param behindTheHost whether the device computes while the host goes on, so that both have times of their own
     */
    ProfileTable(Profile profile, Ceilings ceilings, boolean behindTheHost) {
        this.profile = profile;
        this.ceilings = ceilings;
        this.behindTheHost = behindTheHost;
    }

    /**
     * All lines.
     *
     * @param rowSeconds how long a step took in the row that the table explains
     */
    List<String> lines(double rowSeconds) {
        List<String> lines =
                new ArrayList<>(TextTable.of(cells(), numbers()).lines().toList());
        lines.add("by kind: " + kinds());
        lines.add(total(rowSeconds));
        lines.add(format("ceilings: %.0f GFLOP/s, %.0f GB/s", ceilings.gflops(), ceilings.gigabytes()));
        return lines;
    }

    private List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("share", "step", "us"));
        if (behindTheHost) {
            head.add("host us");
        }
        head.addAll(List.of("GFLOP/s", "GB/s", "ceiling", "op", "path", "shapes"));
        cells.add(head);
        List<Profile.Timed> steps = profile.steps();
        IntStream.range(0, steps.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -steps.get(i).micros()))
                .forEach(i -> cells.add(row(i + 1, steps.get(i))));
        return cells;
    }

    private Integer[] numbers() {
        return behindTheHost ? new Integer[] {0, 1, 2, 3, 4, 5, 6} : new Integer[] {0, 1, 2, 3, 4, 5};
    }

    private List<String> row(int number, Profile.Timed timed) {
        Step step = timed.step();
        double gflops = step.operations() / timed.micros() / 1e3;
        double gigabytes = step.bytesMoved() / timed.micros() / 1e3;
        double ofCeiling = Math.max(gflops / ceilings.gflops(), gigabytes / ceilings.gigabytes());
        List<String> row = new ArrayList<>(
                List.of(percent(timed.micros() / profile.stepMicros()), "" + number, format("%.1f", timed.micros())));
        if (behindTheHost) {
            row.add(format("%.1f", timed.hostMicros()));
        }
        row.addAll(List.of(
                step.operations() == 0 ? "-" : format("%.1f", gflops),
                format("%.1f", gigabytes),
                format("%.0f%%", 100 * ofCeiling),
                shortened(step.op().name()),
                step.path().isEmpty() ? "-" : step.path(),
                (shapes(step.inputTypes()) + " -> " + shapes(written(step))).strip()));
        return row;
    }

    private static String shortened(String op) {
        return op.length() <= LONGEST_OP ? op : op.substring(0, LONGEST_OP - 3) + "...";
    }

    /** Its outputs, or where it has none the inputs that it changes. */
    private static List<Type> written(Step step) {
        List<Type> inputs = step.inputTypes();
        return step.outputs().isEmpty()
                ? step.op().mutates().stream().map(inputs::get).toList()
                : step.outputTypes();
    }

    /** Like {@code 128x784, 784x500, 2 of 500}. */
    private static String shapes(List<Type> types) {
        List<String> parts = new ArrayList<>();
        for (int from = 0, to; from < types.size(); from = to) {
            to = from + 1;
            while (to < types.size() && types.get(to).equals(types.get(from))) {
                to++;
            }
            parts.add((to - from > 1 ? to - from + " of " : "") + shape(types.get(from)));
        }
        return String.join(", ", parts);
    }

    private static String shape(Type type) {
        String extents = IntStream.of(type.shape().dimensions())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("x"));
        String element = type.dtype() == DType.F32 ? "" : type.dtype().name().toLowerCase(Locale.ROOT) + " ";
        return element + (extents.isEmpty() ? "scalar" : extents);
    }

    /** The kinds of op with what each comes to, the longest first. */
    private String kinds() {
        Map<String, Double> micros = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Profile.Timed timed : profile.steps()) {
            String kind = kind(timed.step().op());
            micros.merge(kind, timed.micros(), Double::sum);
            counts.merge(kind, 1, Integer::sum);
        }
        return micros.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(e -> percent(e.getValue() / profile.stepMicros()) + " " + e.getKey() + " ("
                        + counts.get(e.getKey()) + ")")
                .collect(Collectors.joining(", "));
    }

    /** What an op is whatever its settings and whatever was fused into it: {@code Convolution.WeightGradient}. */
    private static String kind(Op op) {
        if (op instanceof Packed packed) {
            return kind(packed.op());
        } else if (op instanceof FusedProduct fused) {
            return kind(fused.product());
        }
        Class<?> around = op.getClass().getEnclosingClass();
        return (around == null ? "" : around.getSimpleName() + ".")
                + op.getClass().getSimpleName();
    }

    private String total(double rowSeconds) {
        String text = format(
                "total: %.1f us of %d steps, %.1f%% of the %.1f us that the whole takes when its steps are not timed;"
                        + " means of the middle half of %d runs",
                profile.stepMicros(),
                profile.steps().size(),
                100 * profile.stepMicros() / profile.micros(),
                profile.micros(),
                profile.runs());
        String host = behindTheHost ? format("; the host asks for the whole in %.1f us", profile.hostMicros()) : "";
        return text + host + format("; a step of the row took %.1f us", rowSeconds * 1e6);
    }

    private static String percent(double share) {
        return format("%.1f%%", 100 * share);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
