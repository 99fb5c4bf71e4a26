package schuss.ir;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import schuss.DType;
import schuss.Shape;

/** A slot whose layout may still grow. */
final class SlotDraft {
    final String name;
    final DType dtype;
    final boolean weights;
    final Map<String, Shape> entries = new LinkedHashMap<>();
    final Set<String> behind = new HashSet<>(); // the others
    Layout fixed; // once somebody has seen the whole

    SlotDraft(String name, DType dtype, boolean weights) {
        this.name = name;
        this.dtype = dtype;
        this.weights = weights;
    }

    SlotDraft(Slot slot) {
        this(slot.name(), slot.dtype(), slot.weights());
        fixed = slot.layout();
    }

    Slot slot() {
        return new Slot(name, dtype, fixed == null ? Layout.of(entries, behind) : fixed, weights);
    }
}
