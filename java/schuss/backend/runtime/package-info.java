/**
 * Internal: runs an optimised program on any backend. {@link schuss.backend.runtime.Executable} prepares the steps,
 * plans their memory and binds the kernels; {@link schuss.Session} owns one. {@link schuss.backend.runtime.Arena} is
 * the memory that programs share, {@link schuss.backend.runtime.Weights} that of a model's numbers.
 */
package schuss.backend.runtime;
