/** Well-known networks, ready to train. */
package schuss.zoo;
