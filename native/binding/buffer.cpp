// Native memory as a buffer of Java's, which does not own it.
#include <jni.h>

extern "C" JNIEXPORT jobject JNICALL Java_schuss_backend_cpu_Native_buffer(JNIEnv* env, jclass, jlong address,
                                                                           jlong bytes) {
    return env->NewDirectByteBuffer((void*)address, bytes);
}
