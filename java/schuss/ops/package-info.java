/**
 * The operations that programs are made of: element-wise formulas, matrix products, convolutions, normalisations,
 * reductions and the rest, each in a file of its own with its shape rule and its derivatives.
 *
 * <p>Begin with {@link schuss.ops.Value}, the symbolic tensor that layers and losses compute with: each of its methods
 * records one {@link schuss.ops.Op}. {@link schuss.ops.Expression} is the formula language of the element-wise op
 * {@link schuss.ops.Pointwise}; with it you write an activation or a loss that differentiates and fuses like the
 * built-in ones.
 *
 * <p>An op says what is computed, never how. Recorded ops form a {@link schuss.ir.Program}, {@link schuss.passes}
 * differentiate and optimise it, and a {@link schuss.backend.Backend} supplies the kernels that run it.
 */
package schuss.ops;
