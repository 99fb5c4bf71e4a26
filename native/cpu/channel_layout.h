// How the normalisation of channels walks over x (batch, rows, channels): in parts of rows and blocks of columns that
// the shape alone fixes, and with vectors that stay in registers from row to row.
#pragma once

#include "registers.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kWide = 128;  // channels: from here on a row fills vectors by itself
constexpr int64_t kColumnBlock = 64;
constexpr int64_t kSharedParts = 32;  // of all rows: enough for threads to share
constexpr int64_t kLeastPartRows = 16, kMostPartRows = 2048;
constexpr int64_t kTileFloats = 4096;  // what one tile of an elementwise pass holds: a tile stays in L1

// A rectangle of one example.
struct Piece {
    int64_t example;
    int64_t start;   // the first element's index in x
    int64_t column;  // the first element's column
    int64_t rows, width;
};

// Short rows are joined to longer ones whose length fills vectors: `columns` is a multiple of `channels`, and column j
// belongs to channel j % channels. What no joined row covers, the example's last `rest` elements, is a row of its own.
struct ChannelLayout {
    int64_t batch, rows, channels;
    int64_t columns, joined_rows, rest;
    int64_t part_rows, whole_parts, parts;  // of an example; the rest is a part too
    int64_t blocks;

    SCHUSS_INLINE ChannelLayout(int64_t batch, int64_t rows, int64_t channels)
        : batch(batch), rows(rows), channels(channels) {
        int64_t joined = 1;
        if (channels < kWide) {
            while (joined * channels % kLine != 0) joined *= 2;
        }
        columns = joined * channels;
        joined_rows = rows / joined;
        rest = rows % joined * channels;
        part_rows = min(max(ceil_div(batch * joined_rows, kSharedParts), kLeastPartRows), kMostPartRows);
        whole_parts = ceil_div(joined_rows, part_rows);
        parts = whole_parts + (rest > 0);
        blocks = ceil_div(columns, kColumnBlock);
    }

    SCHUSS_INLINE int64_t example_size() const { return rows * channels; }
    SCHUSS_INLINE int64_t size() const { return batch * example_size(); }
    // Two doubles for every column of every part.
    SCHUSS_INLINE int64_t part_doubles() const { return batch * parts * 2 * columns; }
    SCHUSS_INLINE double* part(double* partial, int64_t example, int64_t index) const {
        return partial + (example * parts + index) * 2 * columns;
    }
    // How many elements a column of a part holds, and how many columns have any.
    SCHUSS_INLINE int64_t part_count(int64_t index) const {
        return index < whole_parts ? min(part_rows, joined_rows - index * part_rows) : 1;
    }
    SCHUSS_INLINE int64_t part_columns(int64_t index) const { return index < whole_parts ? columns : rest; }

    // Calls body(piece, first, second) for every part and block of columns, where `first` and `second` are what the
    // part keeps for the piece's columns. They are zero where the piece has none.
    template <typename Body>
    SCHUSS_INLINE void for_parts(double* partial, int threads, Body body) const {
        const ChannelLayout l = *this;
        for_ranges(batch * parts * blocks, 1, size(), threads, [=](int64_t first, int64_t last) {
            for (int64_t item = first; item < last; item++) {
                const int64_t column = item % l.blocks * kColumnBlock, index = item / l.blocks % l.parts;
                const int64_t example = item / l.blocks / l.parts;
                const int64_t row = min(index * l.part_rows, l.joined_rows);
                const int64_t start = example * l.example_size() + row * l.columns + column;
                double* const kept = l.part(partial, example, index) + column;
                const int64_t block = min(kColumnBlock, l.columns - column);
                for (int64_t j = 0; j < block; j++) kept[j] = kept[l.columns + j] = 0;
                const Piece piece{example, start, column, l.part_count(index),
                                  min(kColumnBlock, l.part_columns(index) - column)};
                body(piece, kept, kept + l.columns);
            }
        });
    }

    // Calls body(piece) for pieces that cover x and are as wide as it.
    template <typename Body>
    SCHUSS_INLINE void for_tiles(int threads, Body body) const {
        const ChannelLayout l = *this;
        const int64_t tile_rows = max(kTileFloats / columns, 1);
        const int64_t whole = ceil_div(joined_rows, tile_rows), tiles = whole + (rest > 0);
        for_ranges(batch * tiles, 1, size(), threads, [=](int64_t first, int64_t last) {
            for (int64_t item = first; item < last; item++) {
                const int64_t example = item / tiles, tile = item % tiles;
                const int64_t row = min(tile * tile_rows, l.joined_rows);
                const int64_t start = example * l.example_size() + row * l.columns;
                if (tile < whole) {
                    body(Piece{example, start, 0, min(tile_rows, l.joined_rows - row), l.columns});
                } else {
                    body(Piece{example, start, 0, 1, l.rest});
                }
            }
        });
    }
};

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
