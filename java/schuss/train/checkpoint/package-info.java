/**
 * Internal: checkpoints of a training run. A checkpoint holds parameters, the state of the optimiser, the position in
 * the data and the choices made by timing, so that a run that continues from it gives the same numbers as one that was
 * not interrupted.
 */
package schuss.train.checkpoint;
