package schuss.backend.cuda.pointwise;

import schuss.backend.cuda.runtime.Digest;
import schuss.backend.kernels.Elementwise;

/**
 * Elementwise formulas as CUDA C++. Where every input is contiguous or one number, a thread takes four neighbours at once;
 * else it finds each input's element from the output's index. Extents are arguments, so the batch size changes no source.
 *
 * @param kernel its name, which tells it from all others
 * @param text a function for one element, and the kernel
 * @param vector whether a thread takes four elements
 */
record PointwiseSource(String kernel, String text, boolean vector) {
    /** What a source of these begins with. */
    static final String HEADER = "#include \"pointwise_functions.h\"\n\n";

    private static final String PLACE = "KERNEL"; // stands for the name, which depends on the text

    /** Of formulas with merged axes. */
    static PointwiseSource of(Elementwise formulas) {
        PointwiseWriter writer = new PointwiseWriter(formulas);
        String text = writer.text(PLACE);
        String kernel = "pointwise_" + Digest.of(text).substring(0, 24);
        return new PointwiseSource(kernel, text.replace(PLACE, kernel), writer.vector());
    }
}
