package schuss.ir;

/**
 * Where a value lives if it is stored in a slot. All other values live in the arena, the memory that steps share and
 * reuse within a run.
 *
 * @param slot the name of the slot
 * @param entry the name of a tensor in the slot's layout; empty for the slot from its beginning on
 */
public record Place(String slot, String entry) {
    /**
     * {@return a slot from its beginning on}
     *
     * @param slot the name of the slot
     */
    public static Place whole(String slot) {
        return new Place(slot, "");
    }

    @Override
    public String toString() {
        return entry.isEmpty() ? slot : slot + " " + entry;
    }
}
