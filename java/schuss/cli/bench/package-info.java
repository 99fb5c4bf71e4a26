/** Internal: the command {@code schuss bench}, which times training and inference on synthetic data. */
package schuss.cli.bench;
