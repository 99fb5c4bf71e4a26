/** Internal: finds CUDA's libraries by looking at files, before anything is loaded, and says what is missing. */
package schuss.backend.cuda.discovery;
