package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "TableOptions.withUnknown(IGNORE) or so | --unknown=ignore or so",
                "; TableOptions.withMissingTargets(SKIP) leaves | ; --missing-target=skip leaves",
                "TableOptions.withCategorical(\"age (years)\") and TableOptions.withIgnored(\"$1\") "
                        + "| --categorical=age (years) and --ignore=$1",
                "TableOptions.withDates(PARTS) | --date=parts",
                "TableOptions.withDecimal(',') or TableOptions.withDecimal('.') | --decimal=, or --decimal=.",
                "TableOptions.withSeparator(';') | --separator=\";\"",
                "TableOptions.withSeparator('\\t') | --separator=tab",
                "TableOptions.withSeparator names | --separator names",
                "TableOptions.withTask(CLASSIFICATION) | --task=classification",
                "nothing to say | nothing to say"
            })
    void settingsAreSaidAsOptions(String java, String options) {
        assertEquals(options, JavaWords.translate(java));
    }
}
