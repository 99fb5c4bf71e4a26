package schuss.ir;

/**
 * Where a value lies that does not lie in the arena.
 *
 * @param slot the name of the slot
 * @param entry the name of the tensor in the slot's layout; empty for the slot from its beginning on
 */
public record Place(String slot, String entry) {
    /** A slot as a whole. */
    public static Place whole(String slot) {
        return new Place(slot, "");
    }

    @Override
    public String toString() {
        return entry.isEmpty() ? slot : slot + " " + entry;
    }
}
