package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import schuss.ir.Scan;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;

/** Every op has a case and derivatives, so that no kernel goes untested and nothing that is trained cannot be. */
class CompletenessTest {
    /** What they make only a backend can read: the cases of the ops they serve run them too. */
    private static final Set<String> OPAQUE =
            Set.of(Pack.class.getName(), Packed.class.getName(), Scan.class.getName());

    private static Stream<JavaClass> ops() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("schuss").stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface());
    }

    @Test
    void everyOpHasACase() {
        Set<String> covered =
                OpCases.all().stream().map(c -> c.op().getClass().getName()).collect(Collectors.toSet());
        List<String> missing = ops().map(JavaClass::getName)
                .filter(name -> !covered.contains(name) && !OPAQUE.contains(name))
                .sorted()
                .toList();
        assertTrue(missing.isEmpty(), "ops without a case in OpCases: " + missing);
        assertTrue(covered.size() >= 16, covered.toString());
    }

    @Test
    void everyOpHasDerivativesOrAReason() {
        List<String> missing = ops().map(JavaClass::reflect)
                .filter(op -> !Derivability.NONE.containsKey(op) && !Derivability.knowsBothModes(op))
                .map(Class::getName)
                .sorted()
                .toList();
        assertTrue(missing.isEmpty(), "ops without gradient or tangent, and no reason in Derivability: " + missing);
        List<String> both = Derivability.NONE.keySet().stream()
                .filter(Derivability::knowsBothModes)
                .map(Class::getName)
                .toList();
        assertTrue(both.isEmpty(), "ops with derivatives, and a reason to have none: " + both);
    }
}
