package schuss.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An order in which the first cases tell the most, for where there is no time for all: the smallest case of every op, then
 * the next of every op, and so on.
 */
final class CaseOrder {
    private CaseOrder() {}

    static List<OpCase> smallestFirst(List<OpCase> cases) {
        Map<String, List<OpCase>> byOp = new LinkedHashMap<>();
        cases.stream()
                .sorted(Comparator.comparingLong(OpCase::elements)) // stable
                .forEach(c ->
                        byOp.computeIfAbsent(op(c), op -> new ArrayList<>()).add(c));
        List<OpCase> ordered = new ArrayList<>();
        for (int round = 0; ordered.size() < cases.size(); round++) {
            for (List<OpCase> ofOp : byOp.values()) {
                if (round < ofOp.size()) {
                    ordered.add(ofOp.get(round));
                }
            }
        }
        return ordered;
    }

    /** Each formula is a kernel of its own. */
    private static String op(OpCase c) {
        return OpCheck.isFormula(c.op()) ? c.op().toString() : c.op().name();
    }
}
