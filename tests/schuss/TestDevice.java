package schuss;

/**
 * The device on which tests run that are of no device in particular: the processor, or a GPU where the property
 * {@code schuss.test.device} is {@code cuda}.
 */
public final class TestDevice {
    private TestDevice() {}

    /** With one thread on the processor. */
    public static Device open() {
        return open(1);
    }

    /** With this many threads on the processor. */
    public static Device open(int threads) {
        String kind = System.getProperty("schuss.test.device", "cpu");
        return switch (kind) {
            case "cpu" -> Device.cpu(threads);
            case "cuda" -> Device.cuda(CudaOptions.DEFAULT);
            default ->
                throw new IllegalArgumentException("schuss.test.device: expected cpu or cuda, got \"" + kind + "\"");
        };
    }
}
