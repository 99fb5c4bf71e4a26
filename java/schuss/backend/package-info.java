/**
 * What runs programs: the contract between the library and its devices. A {@link schuss.backend.Backend} prepares each
 * {@link schuss.ir.Step} of an optimised program, states what memory it needs, and binds it to addresses as a {@link
 * schuss.backend.Kernel}; running a program is running its kernels in order. {@link schuss.backend.BackendProvider}
 * opens a backend and is found by {@link java.util.ServiceLoader}.
 *
 * <p>Users meet this package when they write a kernel for an op of their own: begin with {@link
 * schuss.backend.ArrayKernel} in plain Java, or with {@link schuss.backend.KernelFactory} for native code. Whoever
 * writes a backend begins with {@link schuss.backend.Backend} and {@link schuss.backend.Kernels}. The backends of this
 * library (reference, CPU, CUDA) are in packages below this one and are not part of the interface.
 */
package schuss.backend;
