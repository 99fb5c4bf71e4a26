/**
 * Internal helpers without a subject of their own: JSON, files that are written atomically, cache folders,
 * interruption.
 */
package schuss.internal;
