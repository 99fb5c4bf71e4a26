/**
 * Initializers: the numbers with which the parameters of a model begin.
 *
 * <p>{@link schuss.initializers.Initializer} has them all as static methods. Layers use He's normal initialisation, which
 * suits ReLU; use Glorot's for tanh and sigmoid units, LeCun's for SELU.
 *
 * <pre>{@code
 * Layer net = Sequential.of(
 *     new Dense(100).withWeights(Initializer.glorotUniform()), new Tanh(), new Dense(10));
 * }</pre>
 */
package schuss.initializers;
