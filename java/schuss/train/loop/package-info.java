/**
 * Internal: how a {@link schuss.train.Trainer} runs. It checks settings against the data, compiles the programs of a
 * training step and of an evaluation, fills batches while the device computes, goes through epochs, and reads losses
 * and metrics back.
 */
package schuss.train.loop;
