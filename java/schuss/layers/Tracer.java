package schuss.layers;

import schuss.ops.Value;

/**
 * Records what layers do while a model is traced; the other side of {@link Scope}. Layers use the scope, not this
 * interface.
 */
public interface Tracer {
    /**
     * {@return the symbolic parameter with this path, which is declared at its first use}
     *
     * @param parameter the parameter
     */
    Value parameter(Parameter parameter);

    /**
     * {@return the symbolic parameter with this path, or null if none was declared}
     *
     * @param path the path of a parameter
     */
    Value known(String path);

    /**
     * Adds terms to the losses of the examples, where losses are computed.
     *
     * @param perExample the terms, (batch)
     */
    void addLoss(Value perExample);

    /**
     * {@return the symbolic state with this path, which is declared at its first use}
     *
     * @param state the state
     */
    Value state(Parameter state);

    /**
     * Moves a state towards a value in every training step: {@code state += weight * (value - state)}.
     *
     * @param state the symbolic state
     * @param value the target of the step
     * @param weight the share of the new value
     */
    void update(Value state, Value value, double weight);

    /** {@return the random state of the step, two 64-bit integers: seed and step number} */
    Value random();

    /** {@return the number of a new random stream} */
    int nextStream();

    /** {@return whether dropout drops elements} */
    boolean dropout();

    /** {@return whether normalisation uses the mean and variance of the batch} */
    boolean batchStatistics();

    /**
     * Reports that a layer was applied.
     *
     * @param path the path of the layer
     * @param layer the layer
     * @param inputs its inputs
     * @param outputs its outputs
     */
    void applied(String path, Layer layer, Value[] inputs, Value[] outputs);

    /**
     * Makes the operations recorded from now on belong to a path.
     *
     * @param path the path of a layer
     */
    void enter(String path);
}
