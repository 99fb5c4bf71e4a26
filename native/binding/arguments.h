// Java's arrays and strings as arguments of C functions, for as long as the call takes.
#pragma once

#include <jni.h>
#include <string.h>

#include <type_traits>
#include <vector>

// The array itself: until the call has ended, the garbage collector waits, and nothing may ask Java for anything.
template <class T>
class Pinned {
  public:
    Pinned(JNIEnv* env, jarray array)
        : at(array == nullptr ? nullptr : (T*)env->GetPrimitiveArrayCritical(array, nullptr)),
          env_(env),
          array_(array) {}
    ~Pinned() {
        if (at != nullptr) {
            env_->ReleasePrimitiveArrayCritical(array_, (void*)at, std::is_const_v<T> ? JNI_ABORT : 0);
        }
    }
    Pinned(const Pinned&) = delete;
    Pinned& operator=(const Pinned&) = delete;

    T* const at;

  private:
    JNIEnv* const env_;
    const jarray array_;
};

// A copy, which is copied back unless T is const.
template <class T>
class Copied {
  public:
    Copied(JNIEnv* env, jarray array)
        : env_(env), array_(array), elements_(array == nullptr ? 0 : (size_t)env->GetArrayLength(array)) {
        if (array != nullptr) {
            const Pinned<const Element> pinned(env, array);
            memcpy(elements_.data(), pinned.at, bytes());
            at = elements_.data();
        }
    }
    ~Copied() {
        if constexpr (!std::is_const_v<T>) {
            if (array_ != nullptr) {
                const Pinned<T> pinned(env_, array_);
                memcpy(pinned.at, elements_.data(), bytes());
            }
        }
    }
    Copied(const Copied&) = delete;
    Copied& operator=(const Copied&) = delete;

    T* at = nullptr;

  private:
    using Element = std::remove_const_t<T>;

    size_t bytes() const { return elements_.size() * sizeof(T); }

    JNIEnv* const env_;
    const jarray array_;
    std::vector<Element> elements_;
};

class Text {
  public:
    Text(JNIEnv* env, jstring string)
        : at(string == nullptr ? nullptr : env->GetStringUTFChars(string, nullptr)), env_(env), string_(string) {}
    ~Text() {
        if (at != nullptr) env_->ReleaseStringUTFChars(string_, at);
    }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

    const char* const at;

  private:
    JNIEnv* const env_;
    const jstring string_;
};
