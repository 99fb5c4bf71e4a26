/**
 * Callbacks that report on training. {@link schuss.train.report.TrainingReport} makes one HTML page after training;
 * {@link schuss.train.report.TensorBoard} writes event files while it runs. Pass them to {@code Trainer.withCallback}.
 * The building blocks, such as charts and tables, are in {@link schuss.report}.
 */
package schuss.train.report;
