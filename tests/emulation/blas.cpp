// libcublasLt.so.13 on the processor, of which there is what is called: products of singles, column after column, by
// plain loops with sums in double. It refuses what the real one refuses. Its ReLU takes the larger of two numbers, as a
// GPU's instruction does: NaN becomes 0. The fault no-heuristic, which a test plants, lets it have no algorithm for any
// product; no-heuristic:repeatable for none whose sums are in order, no-heuristic:epilogue for none with an epilogue.
#include <stdint.h>
#include <string.h>

#include <new>
#include <string>

#include "driver.h"
#include "faults.h"

namespace {

enum Status { kSuccess = 0, kNotInitialized = 1, kAllocFailed = 3, kInvalidValue = 7, kNotSupported = 15 };
enum Compute { kSingle = 68, kFastTf32 = 77 };
enum Epilogue { kRelu = 2, kBias = 4 };
constexpr int kTransposed = 1;
constexpr int64_t kLongSum = 512;  // from here on two halves are summed apart, in the workspace
constexpr uint64_t kMagic = 0x6c61626c61ULL;

struct Description {
    uint64_t magic;
    int compute, scale, transpose_a, transpose_b, epilogue;
    uint64_t bias;
};

struct Layout {
    uint64_t magic;
    int type;
    uint64_t rows, columns;
    int64_t leading;
    int batch;       // matrices one behind the other
    int64_t stride;  // elements from one to the next
};

constexpr int kOperands = 4;  // a, b, c, d

struct Preference {
    uint64_t magic, workspace;
    unsigned reductions;
    unsigned alignments[kOperands];
};

struct Algorithm {
    uint64_t magic, workspace;
    int parts;
    unsigned alignments[kOperands];  // what it counts on
    uint64_t unused[3];
};
static_assert(sizeof(Algorithm) == 64, "as the real one");

struct Result {
    Algorithm algorithm;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};

struct Library {
    uint64_t magic;
};

// Where an attribute of so many bytes is kept; null for none.
void* attribute(Description* d, int which, size_t* bytes) {
    *bytes = sizeof(int);
    switch (which) {
        case 3:
            return &d->transpose_a;
        case 4:
            return &d->transpose_b;
        case 7:
            return &d->epilogue;
        case 8:
            *bytes = sizeof(uint64_t);
            return &d->bias;
        default:
            return nullptr;
    }
}

void* attribute(Layout* l, int which, size_t* bytes) {
    *bytes = which == 5 ? sizeof(int) : sizeof(int64_t);
    return which == 5 ? static_cast<void*>(&l->batch) : which == 6 ? &l->stride : nullptr;
}

void* attribute(Preference* p, int which, size_t* bytes) {
    if (which >= 5 && which < 5 + kOperands) {
        *bytes = sizeof(unsigned);
        return p->alignments + (which - 5);
    }
    *bytes = which == 1 ? sizeof(uint64_t) : sizeof(unsigned);
    return which == 1 ? static_cast<void*>(&p->workspace) : which == 3 ? &p->reductions : nullptr;
}

template <typename T>
int set(T* object, int which, const void* value, size_t bytes) {
    size_t expected = 0;
    void* place = object == nullptr || object->magic != kMagic ? nullptr : attribute(object, which, &expected);
    if (place == nullptr || value == nullptr || bytes != expected) return kInvalidValue;
    memcpy(place, value, bytes);
    return kSuccess;
}

bool is_layout(const Layout* l) {
    return l != nullptr && l->magic == kMagic && l->type == 0 && l->rows > 0 && l->columns > 0 &&
           l->leading >= static_cast<int64_t>(l->rows) && l->batch > 0;
}

// Whether the matrices are there and fit: d (m, n) = op(a) (m, k) op(b) (k, n).
bool fits(const Description* x, const Layout* a, const Layout* b, const Layout* c, const Layout* d) {
    if (x == nullptr || x->magic != kMagic || (x->compute != kSingle && x->compute != kFastTf32) || x->scale != 0) {
        return false;
    }
    if (!is_layout(a) || !is_layout(b) || !is_layout(c) || !is_layout(d) || (x->epilogue & ~7) != 0 ||
        x->epilogue == 0 || x->transpose_a > 1 || x->transpose_b > 1) {
        return false;
    }
    if (a->batch != d->batch || b->batch != d->batch || c->batch != d->batch) return false;
    const uint64_t m = x->transpose_a ? a->columns : a->rows;
    const uint64_t k = x->transpose_a ? a->rows : a->columns;
    return k == (x->transpose_b ? b->columns : b->rows) && m == d->rows &&
           d->columns == (x->transpose_b ? b->rows : b->columns) && c->rows == d->rows && c->columns == d->columns;
}

float rounded(float x, bool tf32) {  // to 10 bits of fraction, ties away from 0
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    if (!tf32 || (bits & 0x7f800000u) == 0x7f800000u) return x;
    bits = (bits + 0x1000u) & ~0x1fffu;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

struct Product {
    const Description* x;
    const float *a, *b;
    const Layout *of_a, *of_b;

    double sum(int64_t row, int64_t column, int64_t from, int64_t to) const {
        const float* left = x->transpose_a ? a + row * of_a->leading : a + row;
        const float* right = x->transpose_b ? b + column : b + column * of_b->leading;
        const int64_t down = x->transpose_a ? 1 : of_a->leading;
        const int64_t along = x->transpose_b ? of_b->leading : 1;
        const bool tf32 = x->compute == kFastTf32;
        double total = 0;
        for (int64_t i = from; i < to; i++) {
            total += static_cast<double>(rounded(left[i * down], tf32)) * rounded(right[i * along], tf32);
        }
        return total;
    }
};

bool in_memory(const void* p, const Layout* l) {
    const int64_t elements = (l->batch - 1) * l->stride + l->leading * static_cast<int64_t>(l->columns);
    return emulated_is_device(reinterpret_cast<uint64_t>(p), elements * sizeof(float));
}

bool is_aligned(const void* p, unsigned bytes) { return reinterpret_cast<uint64_t>(p) % bytes == 0; }

void run(const Product& p, const Layout* of_d, float* d, double* parts, const Algorithm* algorithm) {
    const int64_t k = p.x->transpose_a ? p.of_a->rows : p.of_a->columns;
    const float* bias = reinterpret_cast<const float*>(p.x->bias);
    for (int64_t column = 0; column < static_cast<int64_t>(of_d->columns); column++) {
        for (int64_t row = 0; row < static_cast<int64_t>(of_d->rows); row++) {
            double total = 0;
            for (int part = 0; part < algorithm->parts; part++) {
                const double sum = p.sum(row, column, k * part / algorithm->parts, k * (part + 1) / algorithm->parts);
                if (parts != nullptr) parts[part] = sum;
                total += sum;
            }
            float y = static_cast<float>(total);
            if (p.x->epilogue & kBias) y += bias[row];
            if (p.x->epilogue & kRelu) y = y > 0 ? y : 0;
            d[column * of_d->leading + row] = y;
        }
    }
}

// Whether a test wants that there is no algorithm.
bool has_none(const Description* x, const Preference* preference) {
    constexpr unsigned kInPlace = 1;  // a way of adding whose order is left to chance
    return schuss::emulation::planted_at("no-heuristic", "") ||
           (schuss::emulation::planted_at("no-heuristic", "epilogue") && x->epilogue != 1) ||
           (schuss::emulation::planted_at("no-heuristic", "repeatable") && !(preference->reductions & kInPlace));
}

}  // namespace

extern "C" {

size_t cublasLtGetVersion() { return 130000; }

const char* cublasLtGetStatusString(int status) {
    return status == kSuccess        ? "the operation completed successfully"
           : status == kInvalidValue ? "an unsupported value or parameter was passed to the function"
                                     : "the operation failed";
}
int cublasLtCreate(Library** library) {
    *library = new Library{kMagic};
    return kSuccess;
}
int cublasLtDestroy(Library* library) {
    if (library == nullptr || library->magic != kMagic) return kNotInitialized;
    delete library;
    return kSuccess;
}

int cublasLtMatmulDescInit_internal(void* place, size_t size, int compute, int scale) {
    if (size < sizeof(Description)) return kAllocFailed;
    new (place) Description{kMagic, compute, scale, 0, 0, 1, 0};
    return kSuccess;
}
int cublasLtMatmulDescSetAttribute(Description* d, int which, const void* value, size_t bytes) {
    return set(d, which, value, bytes);
}
int cublasLtMatrixLayoutInit_internal(void* place, size_t size, int type, uint64_t rows, uint64_t columns,
                                      int64_t leading) {
    if (size < sizeof(Layout)) return kAllocFailed;
    new (place) Layout{kMagic, type, rows, columns, leading, 1, 0};
    return kSuccess;
}
int cublasLtMatrixLayoutSetAttribute(Layout* l, int which, const void* value, size_t bytes) {
    return set(l, which, value, bytes);
}
int cublasLtMatmulPreferenceInit_internal(void* place, size_t size) {
    if (size < sizeof(Preference)) return kAllocFailed;
    new (place) Preference{kMagic, 0, 7, {256, 256, 256, 256}};
    return kSuccess;
}
int cublasLtMatmulPreferenceSetAttribute(Preference* p, int which, const void* value, size_t bytes) {
    return set(p, which, value, bytes);
}

int cublasLtMatmulAlgoGetHeuristic(Library* library, const Description* x, const Layout* a, const Layout* b,
                                   const Layout* c, const Layout* d, const Preference* preference, int most,
                                   Result* results, int* found) {
    if (library == nullptr || library->magic != kMagic) return kNotInitialized;
    *found = 0;
    if (!fits(x, a, b, c, d) || preference == nullptr || preference->magic != kMagic || most < 1) return kInvalidValue;
    if ((x->epilogue & kBias) && x->bias == 0) return kNotSupported;
    if (has_none(x, preference)) return kNotSupported;
    const int64_t k = x->transpose_a ? a->rows : a->columns;
    const int parts = k >= kLongSum && preference->workspace >= 2 * sizeof(double) ? 2 : 1;
    const uint64_t workspace = parts > 1 ? parts * sizeof(double) : 0;
    results[0] = Result{{kMagic, workspace, parts, {}, {}}, workspace, kSuccess, 1, {}};
    memcpy(results[0].algorithm.alignments, preference->alignments, sizeof(preference->alignments));
    *found = 1;
    return kSuccess;
}

int cublasLtMatmul(Library* library, const Description* x, const float* alpha, const float* a, const Layout* of_a,
                   const float* b, const Layout* of_b, const float* beta, const float* c, const Layout* of_c, float* d,
                   const Layout* of_d, const Algorithm* algorithm, void* workspace, size_t workspace_bytes,
                   void* stream) {
    if (library == nullptr || library->magic != kMagic) return kNotInitialized;
    if (!fits(x, of_a, of_b, of_c, of_d) || algorithm == nullptr || algorithm->magic != kMagic || alpha == nullptr ||
        beta == nullptr) {
        return kInvalidValue;
    }
    if (*alpha != 1 || *beta != 0) return kNotSupported;  // here only
    if (!in_memory(a, of_a) || !in_memory(b, of_b) || !in_memory(c, of_d) || !in_memory(d, of_d)) return kInvalidValue;
    const void* const operands[kOperands] = {a, b, c, d};
    for (int i = 0; i < kOperands; i++) {
        if (!is_aligned(operands[i], algorithm->alignments[i])) return kInvalidValue;
    }
    if ((x->epilogue & kBias) && !emulated_is_device(x->bias, of_d->rows * sizeof(float))) return kInvalidValue;
    if (workspace_bytes < algorithm->workspace) return kInvalidValue;
    if (algorithm->workspace > 0 && !emulated_is_device(reinterpret_cast<uint64_t>(workspace), algorithm->workspace)) {
        return kInvalidValue;
    }
    double* parts = algorithm->workspace > 0 ? static_cast<double*>(workspace) : nullptr;
    // copies: a graph outlives what it was recorded from
    const auto work = [=, description = *x, layout_a = *of_a, layout_b = *of_b, layout_d = *of_d, chosen = *algorithm] {
        for (int i = 0; i < layout_d.batch; i++) {
            const Product product{&description, a + i * layout_a.stride, b + i * layout_b.stride, &layout_a, &layout_b};
            run(product, &layout_d, d + i * layout_d.stride, parts, &chosen);
        }
        return static_cast<int>(kSuccess);
    };
    return emulated_record(stream, work) ? kSuccess : work();
}

}  // extern "C"
