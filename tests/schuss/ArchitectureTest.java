package schuss;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    /** What all speak of, in the root package; it knows nothing else there. */
    private static final Set<String> VOCABULARY =
            Set.of("Shape", "DType", "Spec", "Philox", "FormatException", "CpuOptions", "CudaOptions");

    private static JavaClasses library;

    @BeforeAll
    static void read() {
        library = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("schuss");
        assertTrue(library.size() > 80, "classes: " + library.size());
    }

    @Test
    void onlyTheBackendKnowsNativeLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.backend..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(library);
    }

    @Test
    void onlyItsBackendKnowsCuda() {
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.backend.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.cuda..")
                .check(library);
    }

    /** A class of the presets that fails to initialise stays unusable: files are looked at first. */
    @Test
    void cudaIsLookedForInFilesOnly() {
        classes()
                .that()
                .resideInAPackage("schuss.backend.cuda.discovery..")
                .should()
                .onlyDependOnClassesThat(
                        JavaClass.Predicates.resideInAnyPackage("java..", "schuss.backend.cuda.discovery.."))
                .check(library);
    }

    @Test
    void whatDescribesKnowsNoBackend() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "schuss.layers..",
                        "schuss.optim..",
                        "schuss.schedules..",
                        "schuss.ops..",
                        "schuss.losses..",
                        "schuss.metrics..",
                        "schuss.initializers..",
                        "schuss.trace..",
                        "schuss.zoo..",
                        "schuss.data..",
                        "schuss.io..",
                        "schuss.datasets..",
                        "schuss.internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("schuss.backend..")
                .check(library);
    }

    /** A program, its ops and what is made of it are about numbers, not about networks or machines. */
    @Test
    void programsKnowNothingOfNetworks() {
        noClasses()
                .that()
                .resideInAnyPackage("schuss.ir..", "schuss.passes..", "schuss.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "schuss.layers..",
                        "schuss.losses..",
                        "schuss.metrics..",
                        "schuss.optim..",
                        "schuss.trace..",
                        "schuss.train..",
                        "schuss.data..",
                        "schuss.backend..")
                .check(library);
    }

    @Test
    void theVocabularyDependsOnNothing() {
        DescribedPredicate<JavaClass> vocabulary =
                DescribedPredicate.describe("the vocabulary", c -> isVocabulary(c.getBaseComponentType()));
        classes()
                .that(vocabulary)
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAPackage("java..")
                        .or(vocabulary)
                        .or(DescribedPredicate.describe(
                                "primitive", c -> c.getBaseComponentType().isPrimitive())))
                .check(library);
    }

    private static boolean isVocabulary(JavaClass c) {
        return c.getPackageName().equals("schuss") && VOCABULARY.contains(outermost(c));
    }

    private static String outermost(JavaClass c) {
        String name = c.getName();
        int from = c.getPackageName().length() + 1;
        int end = name.indexOf('$', from);
        return name.substring(from, end < 0 ? name.length() : end);
    }

    @Test
    void noCyclesBetweenPackages() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass c) {
                        if (!c.getPackageName().startsWith("schuss")) {
                            return SliceIdentifier.ignore();
                        }
                        return SliceIdentifier.of(isVocabulary(c) ? "vocabulary" : room(c.getPackageName()));
                    }

                    @Override
                    public String getDescription() {
                        return "packages, the root's vocabulary apart";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(library);
    }

    /** What a user holds of training and what runs behind it know each other, and are one. */
    private static String room(String name) {
        return Set.of("schuss.train.loop", "schuss.train.checkpoint").contains(name) ? "schuss.train" : name;
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.cli..")
                .and()
                .haveNameNotMatching("schuss\\.train\\.ConsoleProgress.*") // asked for
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(library);
    }

    @Test
    void onlyTheCommandLineKnowsPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(library);
    }

    /** Who embeds the library gets it without these: what needs them is loaded by those alone who ask for it. */
    @Test
    void optionalLibrariesAreUsedInOnePlaceEach() {
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.cli..")
                .and()
                .haveNameNotMatching("schuss\\.data\\.table\\.TableFile.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar..")
                .check(library);
        noClasses()
                .that()
                .resideOutsideOfPackage("schuss.cli..")
                .and()
                .haveNameNotMatching("schuss\\.(train\\.HistoryJson|data\\.table\\.TableSchemaJson).*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(library);
        noClasses()
                .that()
                .haveNameNotMatching("schuss\\.train\\.ConsoleProgress.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("me.tongfei..")
                .check(library);
        noClasses()
                .that()
                .haveNameNotMatching("schuss\\.report\\.EventFile.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf..")
                .check(library);
    }
}
