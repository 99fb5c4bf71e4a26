package schuss.backend.cuda.pointwise;

import schuss.backend.cuda.runtime.Digest;
import schuss.backend.kernels.Elementwise;

/**
 * Element-wise formulas as CUDA C++. If every input is contiguous or a single number, a thread computes four neighbours
 * at once; otherwise it finds each input's element from the output's index. Extents are arguments, so the source does
 * not depend on the batch size.
 *
 * @param kernel its name, which is unique
 * @param text a function for one element, and the kernel
 * @param vector whether a thread computes four elements
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
