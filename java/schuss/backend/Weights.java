package schuss.backend;

import schuss.DType;
import schuss.program.Layout;
import schuss.program.Variable;

/** All numbers a model consists of: its parameters, and its states such as running means. */
public final class Weights implements AutoCloseable {
    private final Memory parameters;
    private final Memory states;

    /** Room for what these layouts place. */
    public Weights(Backend backend, Layout parameterLayout, Layout stateLayout) {
        int bytes = backend.bytes(DType.F32);
        parameters = backend.allocate(parameterLayout.size() * bytes);
        try {
            states = backend.allocate(stateLayout.size() * bytes);
        } catch (RuntimeException e) {
            parameters.close();
            throw e;
        }
    }

    /** The memory of {@code PARAMETERS} or {@code MODEL_STATE}. */
    public Memory of(Variable.Kind kind) {
        return switch (kind) {
            case PARAMETERS -> parameters;
            case MODEL_STATE -> states;
            default -> throw new IllegalArgumentException("weights: expected parameters or states, got " + kind);
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
