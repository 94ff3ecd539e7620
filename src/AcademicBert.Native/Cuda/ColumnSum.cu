// Column sums in two stages of a fixed shape: partial sums over rows that are taken in turn, then the partial sums in order. No atomics,
// so that the same device gives the same bits.
#include "Support/Memory.h"

struct ColumnSum {
    const void* x_RC;
    float* partial;
    int64 rows, columns, stride;
};

// partial[k, c] = sum of x[k, c], x[k + K, c], ... for the K blocks of the grid's second dimension
template <typename T>
AB_DEVICE void column_sum(const ColumnSum& p) {
    auto x = (const T*)p.x_RC;
    int64 column = 8 * ((int64)block_x() * thread_count() + thread_index());
    Part part = {(int)(p.columns - column), p.columns % 8 == 0 && p.stride % 8 == 0};
    Floats8 sums = all(0);
    for (int64 row = block_y(); row < p.rows; row += blocks_y()) {
        Floats8 values = load(x + row * p.stride + column, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++)
            sums.at[i] += values.at[i];
    }
    store(p.partial + block_y() * p.columns + column, sums, part);
}

struct PartialSum {
    const float* partial;
    float* into[3];
    int64 chunks, columns;
};

// into[a][c] += sum over k of partial[a, k, c]; blocks of 512 threads take 32 columns, sixteen threads to a column
AB_DEVICE void partial_sum(const PartialSum& p) {
    AB_SHARED static float sums[16][33];
    float* into = p.into[block_y()];
    const float* partial = p.partial + block_y() * p.chunks * p.columns;
    uint32 lane = thread_index() % 32, slice = thread_index() / 32;
    int64 column = (int64)block_x() * 32 + lane;
    float sum = 0;
    if (into != nullptr && column < p.columns) {
        AB_UNROLL_BY_8
        for (int64 chunk = slice; chunk < p.chunks; chunk += 16)
            sum += partial[chunk * p.columns + column];
    }
    sums[slice][lane] = sum;
    barrier();
    if (slice != 0 || into == nullptr || column >= p.columns)
        return;
    for (int i = 1; i < 16; i++)
        sum += sums[i][lane];
    into[column] += sum;
}

AB_KERNEL(column_sum, ColumnSum)
AB_PLAIN_KERNEL(partial_sum, PartialSum)
