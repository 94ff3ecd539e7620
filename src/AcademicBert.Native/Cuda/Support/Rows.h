// Rows over threads. A group of `lanes` threads has a row, a thread eight columns of it: 16 or 32 lanes, several rows to a block, or
// the whole block.
#pragma once
#include "Memory.h"

struct RowGroup {
    uint32 lane;      // eight columns from 8 * lane on
    uint32 row;       // the first row of this group
    uint32 stride;    // groups in the grid
    Part part;

    AB_DEVICE_MEMBER RowGroup(uint32 lanes, int64 columns) {
        uint32 groups = thread_count() / lanes;
        lane = thread_index() % lanes;
        row = block_x() * groups + thread_index() / lanes;
        stride = blocks_x() * groups;
        part = {(int)(columns - 8 * (int64)lane), columns % 8 == 0};
    }

    // What a thread has of a row; nothing behind the last row, where threads go on only because their neighbours do.
    AB_DEVICE_MEMBER Part of(bool exists) const { return exists ? part : Part{0, false}; }
};

// value summed over the threads of a group, in a fixed order; every thread of the block must call it.
template <int Count>
AB_DEVICE void group_sum(float (&values)[Count], uint32 lanes) {
    AB_UNROLL
    for (uint32 mask = 16; mask > 0; mask /= 2)
        if (mask < lanes) {
            AB_UNROLL
            for (int i = 0; i < Count; i++)
                values[i] += shuffle_xor(values[i], mask);
        }
    if (lanes <= 32)
        return;
    AB_SHARED static float parts[Count][16];
    uint32 warp = thread_index() / 32, lane = thread_index() % 32, warps = lanes / 32;
    barrier();
    if (lane == 0)
        for (int i = 0; i < Count; i++)
            parts[i][warp] = values[i];
    barrier();
    AB_UNROLL
    for (int i = 0; i < Count; i++) {
        values[i] = 0;
        for (uint32 other = 0; other < warps; other++)
            values[i] += parts[i][other];
    }
}

AB_DEVICE float group_sum(float value, uint32 lanes) {
    float values[1] = {value};
    group_sum(values, lanes);
    return values[0];
}

AB_DEVICE float larger(float a, float b) { return a > b ? a : b; }

AB_DEVICE float group_largest(float value, uint32 lanes) {
    AB_UNROLL
    for (uint32 mask = 16; mask > 0; mask /= 2)
        if (mask < lanes)
            value = larger(value, shuffle_xor(value, mask));
    if (lanes <= 32)
        return value;
    AB_SHARED static float parts[16];
    barrier();
    if (thread_index() % 32 == 0)
        parts[thread_index() / 32] = value;
    barrier();
    for (uint32 other = 0; other < lanes / 32; other++)
        value = larger(value, parts[other]);
    return value;
}

AB_DEVICE float sum8(const Floats8& values) {
    return ((values.at[0] + values.at[4]) + (values.at[2] + values.at[6])) + ((values.at[1] + values.at[5]) + (values.at[3] + values.at[7]));
}
