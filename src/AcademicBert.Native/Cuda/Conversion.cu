// Copies between types and places.
#include "Support/Memory.h"

struct Copy {
    const void* from;
    void* to;
    int64 count;
};

// into += from; into is fp32
template <typename T>
AB_DEVICE void add_into(const Copy& p) {
    auto into = (float*)p.to;
    for (int64 i = 8 * ((int64)block_x() * thread_count() + thread_index()); i < p.count; i += 8 * (int64)blocks_x() * thread_count()) {
        Part part = {(int)smaller(p.count - i, 8), true};
        Floats8 sums = load(into + i, part), values = load((const T*)p.from + i, part);
        AB_UNROLL
        for (int k = 0; k < 8; k++)
            sums.at[k] += values.at[k];
        store(into + i, sums, part);
    }
}

// to = from, rounded; from is fp32
template <typename T>
AB_DEVICE void round_to(const Copy& p) {
    for (int64 i = 8 * ((int64)block_x() * thread_count() + thread_index()); i < p.count; i += 8 * (int64)blocks_x() * thread_count()) {
        Part part = {(int)smaller(p.count - i, 8), true};
        store((T*)p.to + i, load((const float*)p.from + i, part), part);
    }
}

struct RowCopy {
    const void* from;
    const int32* positions_N;
    void* to;
    int64 columns;
};

// to[n] = from[positions[n]]; a block has a row
template <typename T>
AB_DEVICE void gather_rows(const RowCopy& p) {
    const T* from = (const T*)p.from + p.positions_N[block_x()] * p.columns;
    T* to = (T*)p.to + block_x() * p.columns;
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        store(to + column, load(from + column, part), part);
    }
}

// to[positions[n]] = from[n]; other rows stay
template <typename T>
AB_DEVICE void scatter_rows(const RowCopy& p) {
    const T* from = (const T*)p.from + block_x() * p.columns;
    T* to = (T*)p.to + p.positions_N[block_x()] * p.columns;
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        store(to + column, load(from + column, part), part);
    }
}

AB_KERNEL(add_into, Copy)
AB_KERNEL(round_to, Copy)
AB_KERNEL(gather_rows, RowCopy)
AB_KERNEL(scatter_rows, RowCopy)
