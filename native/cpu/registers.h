// Loops over channels that keep a block of them in registers.
#pragma once

#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

SCHUSS_INLINE void store(float* address, float value) { *address = value; }
SCHUSS_INLINE float lane(const Vector& value, int index) { return value[index]; }
SCHUSS_INLINE float lane(const float& value, int) { return value; }

typedef int32_t IntVector __attribute__((vector_size(kLanes * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));

struct Wide {
    typedef Vector Type;
    typedef IntVector Int;
    static constexpr int kLanes = SCHUSS_VARIANT::kLanes;
};
struct Single {
    typedef float Type;
    typedef int32_t Int;
    static constexpr int kLanes = 1;
};

// Stands for N neighbouring registers.
template <typename Kind, int N>
struct Registers {
    typedef typename Kind::Type Type;
    typedef typename Kind::Int Int;
    static constexpr int kCount = N;
    static constexpr int kLanes = Kind::kLanes;
    static constexpr int kWidth = N * kLanes;
    static SCHUSS_INLINE Type at(const float* x, int index) { return *(const Type*)(x + index * kLanes); }
    static SCHUSS_INLINE void put(float* y, int index, Type value) { store(y + index * kLanes, value); }
};

// Calls body(registers, first column) for blocks that cover `width` columns; what no vector covers goes one by one.
template <typename Body>
SCHUSS_INLINE void for_columns(int64_t width, Body body) {
    int64_t j = 0;
    for (; j + 4 * kLanes <= width; j += 4 * kLanes) body(Registers<Wide, 4>{}, j);
    const int64_t vectors = (width - j) / kLanes;
    if (vectors == 3) {
        body(Registers<Wide, 3>{}, j);
    } else if (vectors == 2) {
        body(Registers<Wide, 2>{}, j);
    } else if (vectors == 1) {
        body(Registers<Wide, 1>{}, j);
    }
    for (j += vectors * kLanes; j < width; j++) body(Registers<Single, 1>{}, j);
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
