package schuss.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of augmentations as text. */
class AugmentationTextTest {
    private static final String STEPS =
            "flip, flip-vertical, rotate, translate, crop, resized-crop, affine, elastic, colour, noise, erase";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flip:0.5,translate:0.1,rotate:15",
                "flip-vertical:0.25,crop:4,resized-crop:0.5",
                "affine:10:0.1:0.2:5@0.5,elastic:34:4",
                "colour:0.2:0.1:0,noise:0.05@0.3,erase:0.2",
                "noise:0.05@0.3,noise:0.3@0.05"
            })
    void readsBack(String text) {
        assertEquals(text, Augmentation.parse(text).toString());
        assertEquals(
                Augmentation.parse(text),
                Augmentation.parse(Augmentation.parse(text).toString()));
    }

    @Test
    void meansWhatMethodsSay() {
        assertEquals(
                Augmentation.none()
                        .flip(0.5)
                        .affine(10, 0, 0, 0)
                        .resizedCrop(0.5)
                        .withProbability(0.25),
                Augmentation.parse("flip, affine:10, resized-crop@0.25"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        flip,spin       | expected one of STEPS, got spin
        flip,           | expected one of STEPS, got nothing
        ''              | expected one of STEPS, got nothing
        ,               | expected one of STEPS, got nothing
        @0.5            | expected one of STEPS, got nothing
        Flip            | expected one of STEPS, got Flip
        rotate          | rotate: expected degrees of 0 to 180, got none
        rotate:200      | rotate: expected degrees of 0 to 180, got 200
        rotate:-1       | rotate: expected degrees of 0 to 180, got -1
        rotate:NaN      | rotate: expected degrees of 0 to 180, got NaN
        rotate:Infinity | rotate: expected degrees of 0 to 180, got Infinity
        rotate:1e999    | rotate: expected degrees of 0 to 180, got Infinity
        rotate:         | rotate: expected degrees of 0 to 180, got nothing
        translate:1.5   | translate: expected share of 0 to 1, got 1.5
        crop:1.5        | crop: expected padding of 0 to 1000, whole, got 1.5
        resized-crop:0  | resized-crop: expected least area of 0.01 to 1, got 0
        elastic:3       | elastic: expected sigma of 0.1 to 100, got none
        elastic:3:0     | elastic: expected sigma of 0.1 to 100, got 0
        noise:a         | noise: expected standard deviation of 0 to 100, got a
        flip@2          | flip: expected probability of 0 to 1, got 2
        flip@           | flip: expected probability of 0 to 1, got nothing
        flip@1@1        | flip: expected probability of 0 to 1, got 1@1
        noise:1:2       | noise: expected at most 1 number (standard deviation), got 2
        elastic:1:2:3   | elastic: expected at most 2 numbers (alpha, sigma), got 3
        """)
    void refusesTheRest(String text, String message) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Augmentation.parse(text));
        assertEquals(message.replace("STEPS", STEPS), e.getMessage());
    }
}
