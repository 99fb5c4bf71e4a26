package schuss.selftest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.engine.Constants;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** What is checked together, in a process of its own. */
enum Part {
    OPS(
            "schuss.conformance.CudaDeviceTest#ops",
            "schuss.conformance.MaskTest",
            "schuss.conformance.BatchNormOutlierTest",
            "schuss.backend.cuda."),
    GRADIENTS(
            "schuss.conformance.CudaDeviceTest#gradientOps",
            "schuss.conformance.CudaInterpreterTest",
            "schuss.conformance.CudaOwnConvolutionTest",
            "schuss.conformance.CudaPackTest",
            "schuss.backend.RandomProgramTest",
            "schuss.backend.TypedProgramTest",
            "schuss.ir.",
            "schuss.layers.",
            "schuss.losses."),
    NETWORKS("schuss.zoo."),
    TRAINING("schuss.train.", "schuss.evaluation."),
    LIFE(
            "schuss.CycleTest",
            "schuss.LeakTest",
            "schuss.ModelTest",
            "schuss.PredictorTest",
            "schuss.PredictDatasetTest",
            "schuss.SessionTest",
            "schuss.GradientsTest",
            "schuss.MonteCarloPredictionTest",
            "schuss.UserOpTest",
            "schuss.cli."),
    /** The ops once more, under NVIDIA's tools that watch memory. */
    SANITIZER;

    /**
     * In no part: what compares the same ops with PyTorch's numbers, in files too large to travel; what reads event files,
     * by classes of TensorFlow's; what compares sources with a CUDA installation; and tests of the self test itself.
     */
    static final List<String> LEFT_OUT = List.of(
            "schuss.golden.",
            "schuss.train.report.TensorBoardTest",
            "schuss.backend.cuda.NativeFunctionsTest",
            "schuss.selftest.");

    /** Tests that are for a GPU, and those that are for any device. */
    static final String TAGS = "cuda | device";

    private final List<String> tests;

    /** Of classes, methods after a #, and packages, which end in a dot. */
    Part(String... tests) {
        this.tests = List.of(tests);
    }

    int number() {
        return ordinal() + 1;
    }

    static Part of(int number) {
        return Arrays.stream(values())
                .filter(p -> p.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--part: expected a number from 1 to " + values().length + ", got " + number));
    }

    /**
     * What to run.
     *
     * @param names in place of the part's own, where there are any
     */
    LauncherDiscoveryRequest tests(List<String> names, LeftOut leftOut) {
        return request((names.isEmpty() ? tests : names)
                        .stream().map(Part::selector).toList())
                .filters(
                        ClassNameFilter.excludeClassNamePatterns(
                                LEFT_OUT.stream().map(Part::pattern).toArray(String[]::new)),
                        leftOut.filter())
                .configurationParameter(Constants.EXTENSIONS_AUTODETECTION_ENABLED_PROPERTY_NAME, "true") // of LeftOut
                .build();
    }

    static LauncherDiscoveryRequestBuilder request(List<DiscoverySelector> selectors) {
        return LauncherDiscoveryRequestBuilder.request().selectors(selectors).filters(TagFilter.includeTags(TAGS));
    }

    private static String pattern(String name) {
        return name.replace(".", "\\.") + (name.endsWith(".") ? ".*" : "");
    }

    static DiscoverySelector selector(String name) {
        if (name.endsWith(".")) {
            return selectPackage(name.substring(0, name.length() - 1));
        }
        return name.contains("#") ? selectMethod(name) : selectClass(name);
    }
}
