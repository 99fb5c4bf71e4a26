package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;

/** Every op has a case, so that no kernel goes untested. */
class CompletenessTest {
    /** What they make only a backend can read: the cases of the ops they serve run them too. */
    private static final Set<String> OPAQUE = Set.of(Pack.class.getName(), Packed.class.getName());

    @Test
    void everyOpHasACase() {
        Set<String> covered =
                OpCases.all().stream().map(c -> c.op().getClass().getName()).collect(Collectors.toSet());
        List<String> missing = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("schuss").stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                        .map(JavaClass::getName)
                        .filter(name -> !covered.contains(name) && !OPAQUE.contains(name))
                        .sorted()
                        .toList();
        assertTrue(missing.isEmpty(), "ops without a case in OpCases: " + missing);
        assertTrue(covered.size() >= 16, covered.toString());
    }
}
