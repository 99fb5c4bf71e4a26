package examples;

import schuss.Gradients;
import schuss.Model;

/**
 * Which pixels an answer hangs on: the absolute gradient of a class's score with respect to each pixel. Source: Simonyan et
 * al., Deep Inside Convolutional Networks (2014).
 */
public final class Saliency {
    /** The largest over the channels, for each pixel; of one image (height, width, channels) and the score of a class. */
    static float[] of(Model model, float[] image, int label) {
        int channels = model.input().shape().dim(-1);
        float[] largest = new float[image.length / channels];
        // snippet: saliency
        try (Gradients gradients =
                Gradients.of(model, 1, outputs -> outputs.get("output").slice(1, label, label + 1))) {
            float[] slopes = gradients.run(image).withRespectTo("input");
            // end
            for (int i = 0; i < slopes.length; i++) {
                largest[i / channels] = Math.max(largest[i / channels], Math.abs(slopes[i]));
            }
        }
        return largest;
    }
}
