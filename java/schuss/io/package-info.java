/**
 * Reading and writing tensors in files. Begin with {@link schuss.io.Safetensors}, the format of saved models and
 * checkpoints, which other frameworks read too. {@code Model.save} and {@code Model.load} use it; use this
 * package directly to exchange weights or other tensors with other programs.
 */
package schuss.io;
