/** Internal: the options of the command line, what their values may be, and what they are by default. */
package schuss.cli.options;
