/**
 * Tables: CSV files as data sets, with numbers, categories and dates.
 *
 * <p>Begin with {@link schuss.data.table.Table#read(java.nio.file.Path, schuss.data.table.TableOptions)}, which finds out what
 * the columns are; {@link schuss.data.table.TableOptions} says what a file cannot tell, such as the column to predict. The
 * {@link schuss.data.table.TableSchema} of the training table reads later files in the same way, and
 * {@link schuss.data.table.RowEncoder} converts single rows that come from a program.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("wine.csv"), TableOptions.DEFAULT.withTarget("kind"));
 * List<Table> parts = table.split(0.8, 0.2);
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam()).fit(parts.get(0).dataset());
 * }</pre>
 */
package schuss.data.table;
