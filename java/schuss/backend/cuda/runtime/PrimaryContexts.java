package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.cuda.cudart.CUctx_st;

/**
 * The primary context of each GPU, which everything in a process shares: CUDA's libraries, ours, and other users of the
 * GPU.
 *
 * <p>It is retained when the first device opens and never released. Releasing it at the last close would destroy it,
 * with everything the libraries keep in it; making it again takes about 0.2 s, and another library in the process may
 * hold addresses of it. The driver frees it when the process ends. Until then it keeps a few hundred megabytes on the
 * GPU.
 */
final class PrimaryContexts {
    private static final Map<Integer, CUctx_st> RETAINED = new ConcurrentHashMap<>();

    private PrimaryContexts() {}

    /** The context of a GPU, by the driver's number of it. */
    static CUctx_st of(int device) {
        return RETAINED.computeIfAbsent(device, number -> {
            CUctx_st context = new CUctx_st();
            Status.check(cuDevicePrimaryCtxRetain(context, number), "cuDevicePrimaryCtxRetain");
            return context;
        });
    }
}
