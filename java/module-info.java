/**
 * Trains neural networks at native speed.
 *
 * <p>Begin with {@link schuss.Device}, {@link schuss.Model} and {@link schuss.train.Trainer}; networks are composed of
 * {@link schuss.layers}. What is below {@link schuss.trace} is for programs of your own, and {@link schuss.backend} for
 * kernels and devices of your own.
 */
module schuss {
    requires transitive java.desktop;
    requires java.net.http;
    requires org.bytedeco.javacpp;
    requires static org.bytedeco.cuda;
    requires static com.fasterxml.jackson.core;
    requires static com.fasterxml.jackson.databind;
    requires static com.google.protobuf;
    requires static com.j2html;
    requires static de.siegmar.fastcsv;
    requires static info.picocli;
    requires static me.tongfei.progressbar;
    requires static org.knowm.xchart;

    exports schuss;
    exports schuss.backend;
    exports schuss.data;
    exports schuss.data.augment;
    exports schuss.data.files;
    exports schuss.data.image;
    exports schuss.data.table;
    exports schuss.datasets;
    exports schuss.evaluation;
    exports schuss.initializers;
    exports schuss.io;
    exports schuss.ir;
    exports schuss.layers;
    exports schuss.losses;
    exports schuss.metrics;
    exports schuss.ops;
    exports schuss.optim;
    exports schuss.passes;
    exports schuss.report;
    exports schuss.schedules;
    exports schuss.trace;
    exports schuss.train;
    exports schuss.train.diagnosis;
    exports schuss.train.report;
    exports schuss.zoo;

    opens schuss.cli to
            info.picocli;
    opens schuss.cli.bench to
            info.picocli;
    opens schuss.cli.options to
            info.picocli;
    opens schuss.data.table to
            com.fasterxml.jackson.databind;

    uses schuss.backend.BackendProvider;
    uses schuss.data.augment.PixelLoops;

    provides schuss.backend.BackendProvider with
            schuss.backend.cpu.CpuProvider,
            schuss.backend.cuda.CudaProvider,
            schuss.backend.reference.ReferenceProvider;
    provides schuss.data.augment.PixelLoops with
            schuss.backend.cpu.NativePixelLoops;
}
