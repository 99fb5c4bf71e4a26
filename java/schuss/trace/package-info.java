/**
 * Turns a network into a program. Tracing runs the network's layers once on symbolic values, records the ops they
 * apply, and appends what a request asks for: losses and metrics, gradients, the update of the parameters.
 *
 * <p>Begin with {@link schuss.trace.Programs}, which has a method for each kind of program: prediction, evaluation,
 * training. {@link schuss.trace.Trace} is the tool for a program of your own, as in a training loop that is not {@link
 * schuss.train.Trainer}'s. The result is a {@link schuss.ir.Program} that {@link schuss.passes} optimise for a backend.
 */
package schuss.trace;
