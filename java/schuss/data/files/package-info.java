/**
 * Readers of array files: NumPy's {@code .npy} and {@code .npz} with {@link schuss.data.files.Npy}, and the IDX files of
 * MNIST with {@link schuss.data.files.IdxFolder} and {@link schuss.data.files.Idx}.
 *
 * <pre>{@code
 * Dataset data = Npy.dataset(Npy.read(Path.of("x.npy")), Npy.read(Path.of("y.npy")));
 * Dataset letters = IdxFolder.train(Path.of("letters"));
 * }</pre>
 */
package schuss.data.files;
