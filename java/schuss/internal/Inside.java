package schuss.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a public class shows to other packages of the library and to nobody else. The class says so when it is loaded, and
 * whoever holds one of its objects may ask:
 *
 * <pre>{@code
 * static {
 *     Inside.show(Device.class, Backend.class, device -> device.backend);
 * }
 * ...
 * Backend backend = Inside.of(device, Backend.class);
 * }</pre>
 *
 * <p>This package is not exported: users see neither this class nor what it hands out.
 */
public final class Inside {
    private record Key(Class<?> owner, Class<?> part) {}

    private static final Map<Key, Function<Object, Object>> READERS = new ConcurrentHashMap<>();

    private Inside() {}

    /** Has {@link #of} find a part of every object of a class, which must not be extended. */
    public static <O, P> void show(Class<O> owner, Class<P> part, Function<? super O, ? extends P> reader) {
        READERS.put(new Key(owner, part), object -> reader.apply(owner.cast(object)));
    }

    /** The part of an object, which its class {@link #show shows}. */
    public static <P> P of(Object owner, Class<P> part) {
        return part.cast(READERS.get(new Key(owner.getClass(), part)).apply(owner));
    }
}
