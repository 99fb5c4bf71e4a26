package schuss;

/**
 * The device on which tests run that are of no device in particular: the processor, or a GPU where the property
 * {@code schuss.test.device} is {@code cuda}.
 */
public final class TestDevice {
    private static final String KIND = "schuss.test.device";
    private static final long SMALL = 256 << 20; // bytes

    private TestDevice() {}

    /** With one thread on the processor. */
    public static Device open() {
        return open(1);
    }

    /** With little memory where it is a GPU, whose allocator would round small blocks up at the end of all it has. */
    public static Device openSmall() {
        return isCuda() ? Device.cuda(CudaOptions.DEFAULT.withMemoryBudget(SMALL)) : open();
    }

    public static boolean isCuda() {
        return System.getProperty(KIND, "cpu").equals("cuda");
    }

    /** Whether it is the emulated GPU of the tests, in which faults can be planted and whose engines are known. */
    public static boolean isEmulated() {
        if (!isCuda()) {
            return false;
        }
        try (Device device = open()) {
            return device.describe().contains("Emulated");
        }
    }

    /** With this many threads on the processor. */
    public static Device open(int threads) {
        String kind = System.getProperty(KIND, "cpu");
        return switch (kind) {
            case "cpu" -> Device.cpu(threads);
            case "cuda" -> Device.cuda(CudaOptions.DEFAULT);
            default -> throw new IllegalArgumentException(KIND + ": expected cpu or cuda, got \"" + kind + "\"");
        };
    }
}
