/**
 * Programs as values. A {@link schuss.ir.Program} is an immutable list of {@link schuss.ir.Step steps}, each of which
 * applies one {@link schuss.ops.Op} to numbered {@link schuss.ops.Value values}; it has named inputs and outputs, and
 * named {@link schuss.ir.Slot slots}, the memory that survives a run, such as parameters.
 *
 * <p>Begin with {@link schuss.ir.ProgramBuilder}, which writes a program step by step. This package knows nothing of
 * layers, losses or devices: {@link schuss.trace} makes programs from networks, {@link schuss.passes} differentiate and
 * optimise them, and {@link schuss.Session} runs them on a device. {@code System.out.println(program)} lists the steps.
 */
package schuss.ir;
