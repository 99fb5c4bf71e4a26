/**
 * Internal: the commands of {@code schuss}, such as train, predict and evaluate, on top of the public classes. {@link
 * schuss.cli.Main} is the entry point; {@link schuss.cli.options} holds the options.
 */
package schuss.cli;
