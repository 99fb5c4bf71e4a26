package schuss.backend.cuda.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;

/**
 * Kernels whose source is written at run time. A program announces all of its kernels before it needs the first; then
 * all that were announced are compiled together.
 */
public final class RuntimeKernels {
    private final Modules modules;
    private final String header;
    private final Map<String, String> announced = new TreeMap<>(); // by kernel: the same set is the same source
    private final Map<String, CUfunc_st> functions = new HashMap<>();

    /**
     * Kernels of one kind.
     *
     * @param header what their sources begin with
     */
    public RuntimeKernels(Modules modules, String header) {
        this.modules = modules;
        this.header = header;
    }

    /** Says that a kernel will be wanted. */
    public synchronized void announce(String kernel, String source) {
        if (!functions.containsKey(kernel)) {
            announced.put(kernel, source);
        }
    }

    /** A kernel that was announced. */
    public synchronized CUfunc_st function(String kernel) {
        if (!functions.containsKey(kernel)) {
            compile();
        }
        return functions.get(kernel);
    }

    private void compile() {
        String source = header + String.join("", announced.values());
        String file = "pointwise formulas";
        CUmod_st module = modules.compile(file, source);
        for (String kernel : announced.keySet()) {
            functions.put(kernel, Modules.function(module, file, kernel));
        }
        announced.clear();
    }
}
