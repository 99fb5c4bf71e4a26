package schuss;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Records whose methods Java has linked. Java 17 keeps the types of the last one for good, and with them a class loader that
 * nobody else knows any more; newer ones let it go when memory is scarce.
 */
final class LinkedRecords {
    private LinkedRecords() {}

    /** Links such methods for a class of Java's own, which is kept instead; it need be no record. */
    static void forget() {
        link("equals", MethodType.methodType(boolean.class, String.class, Object.class));
        link("hashCode", MethodType.methodType(int.class, String.class));
        link("toString", MethodType.methodType(String.class, String.class));
    }

    private static void link(String method, MethodType type) {
        try {
            MethodHandle itself = MethodHandles.identity(String.class);
            ObjectMethods.bootstrap(MethodHandles.lookup(), method, type, String.class, "text", itself);
        } catch (Throwable refused) {
            return; // by another Java, which then keeps one class loader, or none
        }
    }
}
