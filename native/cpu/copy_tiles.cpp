// Copies between layouts: slices, concatenation, padding, transposition. Rows that lie together in both go by memcpy;
// where neighbours of one are far apart in the other, square tiles are turned in registers, so that both sides are
// touched by whole cache lines.
#include "strided_copy.h"
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kPiece = 16384;  // floats of a row that one thread copies in one go
constexpr int64_t kTile = kLine;
constexpr int64_t kCorner = 4;

typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));

// y[i][j] = x[j][i] for a corner of 4 by 4
SCHUSS_INLINE void turn_corner(const float* x, float* y, int64_t x_stride, int64_t y_stride) {
    const Four a = *(const Four*)x, b = *(const Four*)(x + x_stride);
    const Four c = *(const Four*)(x + 2 * x_stride), d = *(const Four*)(x + 3 * x_stride);
    const Four ac_low = __builtin_shufflevector(a, c, 0, 4, 1, 5), ac_high = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    const Four bd_low = __builtin_shufflevector(b, d, 0, 4, 1, 5), bd_high = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    *(Four*)y = __builtin_shufflevector(ac_low, bd_low, 0, 4, 1, 5);
    *(Four*)(y + y_stride) = __builtin_shufflevector(ac_low, bd_low, 2, 6, 3, 7);
    *(Four*)(y + 2 * y_stride) = __builtin_shufflevector(ac_high, bd_high, 0, 4, 1, 5);
    *(Four*)(y + 3 * y_stride) = __builtin_shufflevector(ac_high, bd_high, 2, 6, 3, 7);
}

// y[i][j] = x[j][i] for i of rows, j of columns
SCHUSS_INLINE void turn(const float* x, float* y, int64_t rows, int64_t columns, int64_t x_stride, int64_t y_stride) {
    int64_t j = 0;
    for (; j + kCorner <= columns; j += kCorner) {
        int64_t i = 0;
        for (; i + kCorner <= rows; i += kCorner) {
            turn_corner(x + j * x_stride + i, y + i * y_stride + j, x_stride, y_stride);
        }
        for (; i < rows; i++) {
            for (int64_t k = j; k < j + kCorner; k++) y[i * y_stride + k] = x[k * x_stride + i];
        }
    }
    for (; j < columns; j++) {
        for (int64_t i = 0; i < rows; i++) y[i * y_stride + j] = x[j * x_stride + i];
    }
}

// Goes through the positions of the first dimensions, all but one that may be left out, and keeps where they lie.
struct Walk {
    const StridedCopy& copy;
    const int rank, without;
    int64_t x = 0, y = 0;
    int64_t position[kMostCopyRank] = {};

    SCHUSS_INLINE Walk(const StridedCopy& walked, int dimensions, int left_out, int64_t index)
        : copy(walked), rank(dimensions), without(left_out) {
        for (int axis = rank - 1; axis >= 0; axis--) {
            if (axis == without) continue;
            position[axis] = index % copy.extents[axis];
            index /= copy.extents[axis];
            x += position[axis] * copy.x_strides[axis];
            y += position[axis] * copy.y_strides[axis];
        }
    }
    SCHUSS_INLINE void next() {
        for (int axis = rank - 1; axis >= 0; axis--) {
            if (axis == without) continue;
            x += copy.x_strides[axis];
            y += copy.y_strides[axis];
            if (++position[axis] < copy.extents[axis]) return;
            x -= copy.extents[axis] * copy.x_strides[axis];
            y -= copy.extents[axis] * copy.y_strides[axis];
            position[axis] = 0;
        }
    }
};

// Calls body(x, y, count) for every row, or piece of a long one: where it begins in both and how long it is.
template <typename Body>
SCHUSS_INLINE void for_pieces(const StridedCopy& copy, int64_t outer, int64_t elements, Body body) {
    const int last_axis = copy.rank - 1;
    const int64_t length = copy.extents[last_axis], pieces = ceil_div(length, kPiece);
    const StridedCopy* const bound = &copy;
    for_ranges(outer * pieces, 1, elements, copy.threads, [=](int64_t first, int64_t last) {
        Walk row(*bound, last_axis, -1, first / pieces);
        int64_t start = first % pieces * kPiece;
        for (int64_t piece = first; piece < last; piece++) {
            body(row.x + start * bound->x_strides[last_axis], row.y + start * bound->y_strides[last_axis],
                 min(kPiece, length - start));
            start += kPiece;
            if (start >= length) {
                start = 0;
                row.next();
            }
        }
    });
}

// The last dimension is contiguous in both.
SCHUSS_INLINE void copy_rows(const StridedCopy& copy, int64_t outer, int64_t elements) {
    const float* const from = copy.x;
    float* const to = copy.y;
    for_pieces(copy, outer, elements,
               [=](int64_t x, int64_t y, int64_t count) { memcpy(to + y, from + x, (size_t)count * sizeof(float)); });
}

SCHUSS_INLINE void copy_elements(const StridedCopy& copy, int64_t outer, int64_t elements) {
    const float* const from = copy.x;
    float* const to = copy.y;
    const int64_t x_stride = copy.x_strides[copy.rank - 1], y_stride = copy.y_strides[copy.rank - 1];
    for_pieces(copy, outer, elements, [=](int64_t x, int64_t y, int64_t count) {
        for (int64_t i = 0; i < count; i++) to[y + i * y_stride] = from[x + i * x_stride];
    });
}

// The last dimension is contiguous in y, dimension `turned` in x.
SCHUSS_INLINE void copy_turned(const StridedCopy& copy, int turned, int64_t outer, int64_t elements) {
    const int last_axis = copy.rank - 1;
    const int64_t rows = copy.extents[turned], columns = copy.extents[last_axis];
    const int64_t row_tiles = ceil_div(rows, kTile);
    const StridedCopy* const bound = &copy;
    for_ranges(outer / rows * row_tiles, 1, elements, copy.threads, [=](int64_t first, int64_t last) {
        const int64_t x_stride = bound->x_strides[last_axis], y_stride = bound->y_strides[turned];
        Walk plane(*bound, last_axis, turned, first / row_tiles);
        int64_t row = first % row_tiles * kTile;
        for (int64_t stripe = first; stripe < last; stripe++) {
            const float* const x = bound->x + plane.x + row;
            float* const y = bound->y + plane.y + row * y_stride;
            for (int64_t column = 0; column < columns; column += kTile) {
                turn(x + column * x_stride, y + column, min(kTile, rows - row), min(kTile, columns - column), x_stride,
                     y_stride);
            }
            row += kTile;
            if (row >= rows) {
                row = 0;
                plane.next();
            }
        }
    });
}

}  // namespace

void copy_tiles(const StridedCopy& copy) {
    int64_t outer = 1;  // all but the last dimension
    for (int axis = 0; axis < copy.rank - 1; axis++) outer *= copy.extents[axis];
    const int64_t elements = outer * copy.extents[copy.rank - 1];
    int turned = copy.rank - 2;
    while (turned >= 0 && copy.x_strides[turned] != 1) turned--;
    if (copy.y_strides[copy.rank - 1] != 1) {
        copy_elements(copy, outer, elements);
    } else if (copy.x_strides[copy.rank - 1] == 1) {
        copy_rows(copy, outer, elements);
    } else if (turned >= 0) {
        copy_turned(copy, turned, outer, elements);
    } else {
        copy_elements(copy, outer, elements);
    }
}

}  // namespace schuss::SCHUSS_VARIANT
