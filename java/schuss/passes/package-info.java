/**
 * Transformations of programs. Each pass makes a new {@link schuss.ir.Program} from another: {@link schuss.passes.Grad}
 * and {@link schuss.passes.Tangent} differentiate, {@link schuss.passes.Precision} inserts casts for mixed precision,
 * {@link schuss.passes.Drop} removes unused steps, and {@link schuss.passes.Passes#optimize} fuses steps and moves work
 * on weights to where it is done once. {@link schuss.passes.Plan} then assigns memory.
 *
 * <p>Begin with {@link schuss.passes.Grad} to differentiate a program of your own. A backend tells the passes what it
 * can fuse through {@link schuss.passes.Capabilities}; what remains is a list of steps for which it prepares kernels.
 */
package schuss.passes;
