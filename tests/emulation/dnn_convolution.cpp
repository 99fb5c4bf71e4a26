// What the emulated cuDNN checks and computes: convolutions by plain loops over strides, with sums in double, and
// engines of all the sorts that a real one has. The fault cudnn-finalize:N, which a test plants, lets the first N
// engines fail when a plan is made of them.
#include <math.h>
#include <string.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "dnn.h"
#include "faults.h"

namespace schuss::emulation {

namespace {

enum Note { kTensorCore = 0, kNondeterministic = 4, kFft = 3, kStrictNan = 9 };
constexpr int64_t kModeA = 3;
constexpr int64_t kFallback = 2;
constexpr int kRank = 4;

// Those that must not be chosen are wrong, so that choosing one does not go unnoticed.
const Engine kEngines[] = {
    {0, {kStrictNan}, false, true, true, 0},
    {1, {}, true, true, true, 4096},
    {2, {kNondeterministic}, false, true, false, 0},
    {3, {kTensorCore}, true, true, true, 0},
    {4, {}, false, false, false, 0},
    {5, {kFft}, false, true, false, 1024},
    {6, {}, false, true, false, 1LL << 40},
    {7, {}, false, true, false, 0},  // only its numbers tell
};

bool has(const Descriptor* d, std::initializer_list<int> attributes) {
    return std::all_of(attributes.begin(), attributes.end(), [&](int a) { return d->values.count(a) > 0; });
}

bool complete(const Descriptor* d) {
    switch (d->kind) {
        case kTensor:
            return has(d, {kTensorId, kTensorType, kTensorDimensions, kTensorStrides, kTensorAlignment});
        case kConvolution:
            return has(d, {kComputeType, kMode, kSpatialDimensions, kDilations, kStrides, kPrePaddings, kPostPaddings});
        case kGraph:
            return has(d, {kGraphHandle, kGraphOperations}) && d->all(kGraphOperations).size() == 1;
        case kHeuristic:
            return has(d, {kHeuristicModeOf, kHeuristicGraph});
        case kEngine:
            return has(d, {kEngineGraph, kEngineIndex});
        case kEngineConfiguration:
            return has(d, {kConfiguredEngine});
        case kKnobChoice:
            return has(d, {kKnobTypeOf, kKnobValue});
        case kPlan:
            return has(d, {kPlanHandle, kPlanConfiguration});
        case kVariantPack:
            return has(d, {kPackIds, kPackPointers}) && d->all(kPackIds).size() == d->all(kPackPointers).size();
        default:
            for (int i = kAlpha; i < kFirstTensor + 3; i++) {
                if (!has(d, {first_attribute(d->kind) + i})) return false;
            }
            return true;
    }
}

bool is_tensor(const Descriptor* d) {
    const auto& sizes = d->all(kTensorDimensions);
    const bool positive = std::all_of(sizes.begin(), sizes.end(), [](int64_t size) { return size > 0; });
    const int64_t alignment = d->value(kTensorAlignment);
    return positive && sizes.size() == d->all(kTensorStrides).size() && alignment > 0 &&
           alignment % static_cast<int64_t>(sizeof(float)) == 0;
}

// The sizes of one operation.
struct Sizes {
    explicit Sizes(const Descriptor* operation)
        : at(tensors(operation)),
          options(operation->descriptor(first_attribute(operation->kind) + kOptions)),
          x(at.x->all(kTensorDimensions).data()),
          w(at.w->all(kTensorDimensions).data()),
          y(at.y->all(kTensorDimensions).data()) {}

    Tensors at;
    const Descriptor* options;
    const int64_t *x, *w, *y;  // batch or out, channels, height, width

    int64_t option(int attribute, int axis) const { return options->all(attribute)[axis]; }

    bool fit() const {
        if (at.x->kind != kTensor || at.w->kind != kTensor || at.y->kind != kTensor || x[1] % w[1] != 0 ||
            x[0] != y[0] || w[0] != y[1] || w[0] % (x[1] / w[1]) != 0) {
            return false;
        }
        for (int axis = 0; axis < 2; axis++) {
            const int64_t padded = x[2 + axis] + option(kPrePaddings, axis) + option(kPostPaddings, axis);
            const int64_t extent = (w[2 + axis] - 1) * option(kDilations, axis) + 1;
            if (extent > padded || y[2 + axis] != (padded - extent) / option(kStrides, axis) + 1) return false;
        }
        return true;
    }
};

float to_tf32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    if ((bits & 0x7f800000u) == 0x7f800000u) return x;
    bits = (bits + 0x1000u) & ~0x1fffu;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

// Elements of a tensor by its four indices.
struct View {
    View(const Descriptor* tensor, float* data, bool tf32)
        : strides(tensor->all(kTensorStrides).data()), data(data), tf32(tf32) {}
    const int64_t* strides;
    float* data;
    bool tf32;

    int64_t index(int64_t a, int64_t b, int64_t c, int64_t d) const {
        return a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3];
    }
    double get(int64_t i) const { return tf32 ? to_tf32(data[i]) : data[i]; }
};

// term(x, w, y) for every product of the sum: indices of an element of each.
template <typename Term>
void products(const Sizes& s, const View& x, const View& w, const View& y, Term term) {
    const int64_t groups = s.x[1] / s.w[1];
    for (int64_t n = 0; n < s.y[0]; n++) {
        for (int64_t i = 0; i < s.y[2]; i++) {
            for (int64_t j = 0; j < s.y[3]; j++) {
                for (int64_t p = 0; p < s.w[2]; p++) {
                    const int64_t h =
                        i * s.option(kStrides, 0) - s.option(kPrePaddings, 0) + p * s.option(kDilations, 0);
                    if (h < 0 || h >= s.x[2]) continue;
                    for (int64_t q = 0; q < s.w[3]; q++) {
                        const int64_t v =
                            j * s.option(kStrides, 1) - s.option(kPrePaddings, 1) + q * s.option(kDilations, 1);
                        if (v < 0 || v >= s.x[3]) continue;
                        for (int64_t o = 0; o < s.y[1]; o++) {
                            const int64_t first = o / (s.y[1] / groups) * s.w[1];
                            for (int64_t c = 0; c < s.w[1]; c++) {
                                term(x.index(n, first + c, h, v), w.index(o, c, p, q), y.index(n, o, i, j));
                            }
                        }
                    }
                }
            }
        }
    }
}

int64_t extent(const Descriptor* tensor) {
    int64_t last = 0;
    for (int i = 0; i < kRank; i++) {
        last += (tensor->all(kTensorDimensions)[i] - 1) * tensor->all(kTensorStrides)[i];
    }
    return last + 1;
}

// Whether a test wants that no plan can be made of this engine, as of the first N that are asked for.
bool fails(int64_t number) {
    static std::set<int64_t> failing;
    std::string count;
    if (!planted("cudnn-finalize", &count)) return false;
    if (failing.size() < std::stoul(count)) failing.insert(number);
    return failing.count(number) > 0;
}

}  // namespace

Tensors tensors(const Descriptor* operation) {
    const int w = first_attribute(operation->kind) + kFirstTensor;
    return {operation->descriptor(w + 1), operation->descriptor(w), operation->descriptor(w + 2)};
}

int check(const Descriptor* d) {
    if (!complete(d)) return kBadParam;
    switch (d->kind) {
        case kTensor:
            return is_tensor(d) ? kSuccess : kBadParam;
        case kForward:
        case kDataGradient:
        case kWeightGradient:
            return Sizes(d).fit() ? kSuccess : kBadParam;
        case kHeuristic:
            return proposed(d->descriptor(kHeuristicGraph), d->value(kHeuristicModeOf)).empty() ? kNotSupported
                                                                                                : kSuccess;
        case kEngine:
            return engine(d->value(kEngineIndex)) == nullptr ? kNotSupported : kSuccess;
        case kPlan:
            return fails(d->descriptor(kPlanConfiguration)->descriptor(kConfiguredEngine)->value(kEngineIndex))
                       ? kExecutionFailed
                       : kSuccess;
        default:
            return kSuccess;
    }
}

const Engine* engine(int64_t number) {
    const auto* found =
        std::find_if(std::begin(kEngines), std::end(kEngines), [&](const Engine& e) { return e.number == number; });
    return found == std::end(kEngines) ? nullptr : found;
}

std::vector<int64_t> proposed(const Descriptor* graph, int64_t mode) {
    const Sizes s(graph->descriptor(kGraphOperations));
    const bool symmetric = s.options->all(kPrePaddings) == s.options->all(kPostPaddings);
    const bool dilated = s.option(kDilations, 0) > 1 || s.option(kDilations, 1) > 1;
    if (!symmetric) return {};
    if (mode == kFallback) return {2, 0};
    return mode == kModeA && !dilated ? std::vector<int64_t>{2, 7, 3, 4, 1, 5, 0, 1, 6} : std::vector<int64_t>{};
}

void compute(const Descriptor* operation, float* at_x, float* at_w, float* at_y, const Engine* e) {
    const Sizes s(operation);
    const bool tf32 = std::find(e->notes.begin(), e->notes.end(), kTensorCore) != e->notes.end();
    const View x(s.at.x, at_x, tf32), w(s.at.w, at_w, tf32), y(s.at.y, at_y, tf32);
    const bool forward = operation->kind == kForward;
    const bool data = operation->kind == kDataGradient;
    const Descriptor* target = forward ? s.at.y : data ? s.at.x : s.at.w;
    float* result = forward ? at_y : data ? at_x : at_w;
    const int64_t n = extent(target);
    auto sums = std::make_unique<double[]>(n);
    std::fill_n(sums.get(), n, 0.0);
    products(s, x, w, y, [&](int64_t in_x, int64_t in_w, int64_t in_y) {
        if (forward) {
            sums[in_y] += x.get(in_x) * w.get(in_w);
        } else if (data) {
            sums[in_x] += y.get(in_y) * w.get(in_w);
        } else {
            sums[in_w] += x.get(in_x) * y.get(in_y);
        }
    });
    for (int64_t i = 0; i < n; i++) result[i] = static_cast<float>(e->right ? sums[i] : sums[i] + 1);
}

}  // namespace schuss::emulation
