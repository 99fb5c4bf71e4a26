/**
 * Reports and pictures: charts, tables, HTML pages, event files for TensorBoard, and the summary of a network.
 *
 * <p>Begin with {@link schuss.report.ModelSummary} for the layers, parameters and memory of a network, {@link
 * schuss.report.Chart} for curves and {@link schuss.report.HtmlReport} for a page of your own. The report of a training
 * run is {@link schuss.train.report.TrainingReport}. HTML, PNG charts and event files each need an optional library
 * (j2html, XChart, protobuf-java); the message of the {@link java.lang.IllegalStateException} names it if it is
 * missing.
 */
package schuss.report;
