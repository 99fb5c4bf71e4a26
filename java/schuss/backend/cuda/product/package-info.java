/** Internal: matrix products on a GPU by cuBLASLt. */
package schuss.backend.cuda.product;
