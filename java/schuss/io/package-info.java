/** File formats that hold tensors. */
package schuss.io;
