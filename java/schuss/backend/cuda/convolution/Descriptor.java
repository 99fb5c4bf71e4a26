package schuss.backend.cuda.convolution;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import schuss.backend.cuda.runtime.HostValues;

/**
 * An object of cuDNN's graph API. It has a kind, and attributes that are set before it is finalised and read
 * afterwards.
 */
public final class Descriptor implements AutoCloseable {
    private final cudnnBackendDescriptor_t handle = new cudnnBackendDescriptor_t();
    private final String what;

    /**
     * An empty one.
     *
     * @param kind one of {@code CUDNN_BACKEND_..._DESCRIPTOR}
     * @param what it is, for errors
     */
    public Descriptor(int kind, String what) {
        this.what = what;
        check(cudnn.cudnnBackendCreateDescriptor(kind, handle), "cudnnBackendCreateDescriptor");
    }

    public cudnnBackendDescriptor_t handle() {
        return handle;
    }

    Descriptor int64(int attribute, long... values) {
        return set(attribute, cudnn.CUDNN_TYPE_INT64, values.length, HostValues.int64(values));
    }

    /** An enum of type {@code CUDNN_TYPE_...}. */
    Descriptor constant(int attribute, int type, int value) {
        return set(attribute, type, 1, HostValues.int32(value));
    }

    Descriptor float32(int attribute, float value) {
        return set(attribute, cudnn.CUDNN_TYPE_FLOAT, 1, HostValues.float32(value));
    }

    Descriptor addresses(int attribute, long... values) {
        return set(attribute, cudnn.CUDNN_TYPE_VOID_PTR, values.length, HostValues.addresses(values));
    }

    Descriptor library(int attribute, cudnnContext library) {
        return set(attribute, cudnn.CUDNN_TYPE_HANDLE, 1, HostValues.addresses(library.address()));
    }

    public Descriptor descriptors(int attribute, Descriptor... values) {
        long[] addresses = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            addresses[i] = values[i].handle.address();
        }
        PointerPointer<Pointer> array = HostValues.addresses(addresses);
        return set(attribute, cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, values.length, array);
    }

    private Descriptor set(int attribute, int type, long count, Pointer values) {
        check(
                cudnn.cudnnBackendSetAttribute(handle, attribute, type, count, values),
                "cudnnBackendSetAttribute " + attribute);
        return this;
    }

    /** Checks that what it says is complete and possible. */
    public Descriptor finish() {
        check(cudnn.cudnnBackendFinalize(handle), "cudnnBackendFinalize");
        return this;
    }

    long int64(int attribute) {
        LongPointer value = HostValues.int64(0);
        read(attribute, cudnn.CUDNN_TYPE_INT64, 1, value);
        return value.get();
    }

    int constant(int attribute, int type) {
        return constants(attribute, type, 1).get(0);
    }

    /** As many enums as it has, but at most {@code most}. */
    List<Integer> constants(int attribute, int type, int most) {
        IntPointer values = HostValues.int32(new int[most]);
        int count = (int) Math.min(read(attribute, type, most, values), most);
        List<Integer> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(values.get(i));
        }
        return result;
    }

    /** The descriptors that it holds, of this kind, but at most {@code most}; they belong to the caller. */
    public List<Descriptor> descriptors(int attribute, int kind, String each, int most) {
        List<Descriptor> result = new ArrayList<>();
        long[] addresses = new long[most];
        for (int i = 0; i < most; i++) {
            result.add(new Descriptor(kind, each));
            addresses[i] = result.get(i).handle.address();
        }
        long filled = read(attribute, cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, most, HostValues.addresses(addresses));
        while (result.size() > filled) {
            result.remove(result.size() - 1).close();
        }
        return result;
    }

    private long read(int attribute, int type, long room, Pointer values) {
        LongPointer count = HostValues.int64(0);
        check(
                cudnn.cudnnBackendGetAttribute(handle, attribute, type, room, count, values),
                "cudnnBackendGetAttribute " + attribute);
        return count.get();
    }

    private void check(int status, String call) {
        Cudnn.check(status, call + " (" + what + ")");
    }

    @Override
    public void close() {
        if (!handle.isNull()) {
            cudnn.cudnnBackendDestroyDescriptor(handle);
            handle.setNull();
        }
    }
}
