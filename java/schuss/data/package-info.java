/** Data sets as indexed examples, and the readers that make them from files. */
package schuss.data;
