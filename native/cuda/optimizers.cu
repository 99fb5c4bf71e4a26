// Optimiser updates: one launch over all parameters of a model, which lie in one buffer. The formulas are the
// processor's.
// Work mapping: a thread to an element; the two warps of a group read the same coefficients, which stay in cache.
// Bytes moved: parameters and state read and written, gradients read, once each: 28 bytes an element for Adam.
#include "kernel.h"
#include "schuss/optimizers.h"

namespace {

// Calls update(element, terms, own coefficients) for all elements that are not frozen.
template <typename Update>
__device__ inline void for_elements(const uint8_t* groups, const float* coefficients, const float* scale, float limit,
                                    const int32_t* skip, int64_t n, Update update) {
    if (skip != nullptr && *skip != 0) return;
    const float factor = scale == nullptr ? 1.0f : *scale;
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        const uint8_t group = groups[i / schuss::kGroupElements];
        if (group == schuss::kFrozenGroup) continue;
        const float* c = coefficients + group * schuss::kGroupCoefficients;
        update(i, schuss::terms_of(c, factor, limit), c + schuss::kOwnCoefficients);
    }
}

}  // namespace

// p, g: (n); groups: (n / 64); coefficients: (groups, 12); scale, skip: null or ()
extern "C" __global__ void __launch_bounds__(256)
    sgd_update(float* p, const float* g, const uint8_t* groups, const float* coefficients, const int32_t* skip,
               const float* scale, float limit, int64_t n) {
    for_elements(groups, coefficients, scale, limit, skip, n,
                 [=](int64_t i, const schuss::Terms& terms, const float* own) {
                     schuss::Sgd(own).update(p + i, schuss::slope<false>(g[i], p[i], terms), terms.shrink);
                 });
}

// p, g, v: (n)
extern "C" __global__ void __launch_bounds__(256)
    momentum_update(float* p, const float* g, float* v, const uint8_t* groups, const float* coefficients,
                    const int32_t* skip, const float* scale, float limit, int64_t n) {
    for_elements(groups, coefficients, scale, limit, skip, n,
                 [=](int64_t i, const schuss::Terms& terms, const float* own) {
                     const float down = schuss::slope<false>(g[i], p[i], terms);
                     schuss::Momentum(own).update(p + i, v + i, down, terms.shrink);
                 });
}

// p, g, m, v: (n)
extern "C" __global__ void __launch_bounds__(256)
    adam_update(float* p, const float* g, float* m, float* v, const uint8_t* groups, const float* coefficients,
                const int32_t* skip, const float* scale, float limit, int64_t n) {
    for_elements(groups, coefficients, scale, limit, skip, n,
                 [=](int64_t i, const schuss::Terms& terms, const float* own) {
                     const float down = schuss::slope<false>(g[i], p[i], terms);
                     schuss::Adam(own).update(p + i, m + i, v + i, down, terms.shrink);
                 });
}
