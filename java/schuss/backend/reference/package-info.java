/**
 * Internal: the reference backend, plain Java loops in double precision, written to be read and trusted, not to be
 * fast. Other backends are tested against it, and gradients are checked by finite differences on it. Users open it with
 * {@code Device.reference()}.
 */
package schuss.backend.reference;
