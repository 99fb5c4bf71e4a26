package schuss.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** The self test leaves out nothing that is for a GPU. */
class PartTest {
    private static Set<String> methods(LauncherDiscoveryRequest request) {
        var plan = LauncherFactory.create().discover(request);
        return plan.getRoots().stream()
                .flatMap(root -> plan.getDescendants(root).stream())
                .map(TestIdentifier::getSource)
                .flatMap(java.util.Optional::stream)
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(m -> m.getClassName() + "." + m.getMethodName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyTestOfDevicesIsOfOnePart() {
        Set<String> tests = new TreeSet<>();
        int sum = 0;
        for (Part part : Part.values()) {
            if (part != Part.SANITIZER) {
                Set<String> ofPart = methods(part.tests(List.of(), new LeftOut()));
                assertTrue(!ofPart.isEmpty(), part.toString());
                tests.addAll(ofPart);
                sum += ofPart.size();
            }
        }
        Set<String> all = methods(Part.request(List.of(selectPackage("schuss"))).build());
        for (String name : Part.LEFT_OUT) {
            Set<String> leftOut =
                    methods(Part.request(List.of(Part.selector(name))).build());
            assertTrue(all.containsAll(leftOut) && !leftOut.isEmpty(), name + " is none of them: " + leftOut);
            all.removeAll(leftOut);
        }
        assertEquals(all, tests);
        assertEquals(tests.size(), sum, "tests in two parts");
    }

    @Test
    void partsAreNumberedFromOne() {
        assertEquals(
                List.of(1, 2, 3, 4, 5, 6),
                Arrays.stream(Part.values()).map(Part::number).toList());
    }
}
