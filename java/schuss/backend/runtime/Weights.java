package schuss.backend.runtime;

import schuss.DType;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.trace.Declarations;
import schuss.trace.Slots;

/** The memory of all numbers of a model: its parameters, and its states such as running means. */
public final class Weights implements AutoCloseable {
    private final Memory parameters;
    private final Memory states;

    /** Room for what layers asked for. */
    public Weights(Backend backend, Declarations declarations) {
        int bytes = backend.bytes(DType.F32);
        parameters = backend.allocate(declarations.layout().size() * bytes);
        try {
            states = backend.allocate(declarations.stateLayout().size() * bytes);
        } catch (RuntimeException e) {
            parameters.close();
            throw e;
        }
    }

    public Memory parameters() {
        return parameters;
    }

    public Memory states() {
        return states;
    }

    /** {@return the memory of one of the two slots; null for another} */
    public Memory slot(String name) {
        return switch (name) {
            case Slots.PARAMETERS -> parameters;
            case Slots.STATES -> states;
            default -> null;
        };
    }

    /** Copies all of another model's or trainer's numbers. */
    public void copyFrom(Weights other) {
        parameters.copyFrom(other.parameters);
        states.copyFrom(other.states);
    }

    @Override
    public void close() {
        parameters.close();
        states.close();
    }
}
