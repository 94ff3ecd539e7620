// What attention needs between its matrix products: softmax of scaled scores behind a padding mask, with dropout, its gradient, and the
// ways between the layout of projections, (B, S, parts, A, D), and that of attention, (parts, B, A, S, D).
#include "Support/Dropout.h"
#include "Support/Math.h"
#include "Support/Rows.h"

constexpr uint32 kRowsOfAHead = 65536;
constexpr float kLowest = -3e38f;

struct AttentionSoftmax {
    void *scores_BASS, *dropped_BASS;
    const int32* lengths_B;
    int64 batch, heads, length;
    float scale;
    int32 lanes;
    Dropout dropout;
};

// scores become probabilities in place, 0 behind a sample's length; dropped = dropout(probabilities), null without dropout
template <typename T>
AB_DEVICE void attention_softmax_forward(const AttentionSoftmax& p) {
    uint32 length = (uint32)p.length, heads = (uint32)p.heads;
    RowGroup group(p.lanes, p.length);
    Part part = group.of(group.row < (uint32)p.batch * heads * length);
    uint32 sample = group.row / length / heads, head = group.row / length % heads;
    int64 at = (int64)group.row * length + 8 * group.lane;
    int visible = part.left > 0 && p.lengths_B != nullptr ? p.lengths_B[sample] - (int)(8 * group.lane) : part.left;
    Floats8 values = load((const T*)p.scores_BASS + at, part);
    float highest = kLowest;
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        highest = i < visible ? larger(values.at[i], highest) : highest;
    highest = group_largest(highest, p.lanes) * p.scale;
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        values.at[i] = i < visible ? exponential(values.at[i] * p.scale - highest) : 0;
    float inverse = 1 / group_sum(sum8(values), p.lanes);
    Floats8 scales = dropout_scales(p.dropout, sample, head * kRowsOfAHead + group.row % length, group.lane);
    AB_UNROLL
    for (int i = 0; i < 8; i++) {
        values.at[i] *= inverse;
        scales.at[i] *= values.at[i];
    }
    store((T*)p.scores_BASS + at, values, part);
    if (p.dropped_BASS != nullptr)
        store((T*)p.dropped_BASS + at, scales, part);
}

struct AttentionSoftmaxGradient {
    const void* probabilities_BASS;
    void *gradient_BASS, *dropped_BASS;
    int64 batch, heads, length;
    float scale;
    int32 lanes;
    Dropout dropout;
};

// gradient of the dropped probabilities becomes that of the unscaled scores, in place; dropped gets the dropped probabilities again
template <typename T>
AB_DEVICE void attention_softmax_backward(const AttentionSoftmaxGradient& p) {
    uint32 length = (uint32)p.length, heads = (uint32)p.heads;
    RowGroup group(p.lanes, p.length);
    Part part = group.of(group.row < (uint32)p.batch * heads * length);
    uint32 sample = group.row / length / heads, head = group.row / length % heads;
    int64 at = (int64)group.row * length + 8 * group.lane;
    Floats8 scales = dropout_scales(p.dropout, sample, head * kRowsOfAHead + group.row % length, group.lane);
    Floats8 probability = load((const T*)p.probabilities_BASS + at, part), gradient = load((const T*)p.gradient_BASS + at, part), products;
    AB_UNROLL
    for (int i = 0; i < 8; i++) {
        gradient.at[i] *= scales.at[i];
        scales.at[i] *= probability.at[i];
        products.at[i] = probability.at[i] * gradient.at[i];
    }
    float total = group_sum(sum8(products), p.lanes);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        gradient.at[i] = probability.at[i] * (gradient.at[i] - total) * p.scale;
    store((T*)p.gradient_BASS + at, gradient, part);
    if (p.dropped_BASS != nullptr)
        store((T*)p.dropped_BASS + at, scales, part);
}

struct Heads {
    const void* from;
    const float* bias;
    void* to;
    int64 batch, length, heads, size, parts;
};

// Where eight (or, for odd head sizes, one) elements of row r of (R, parts, A, D) are in (parts, B, A, S, D).
AB_DEVICE int64 place_in_heads(const Heads& p, uint32 row, uint32 column) {
    uint32 length = (uint32)p.length, size = (uint32)p.size, heads = (uint32)p.heads, hidden = heads * size;
    int64 matrix = ((int64)(column / hidden) * p.batch + row / length) * heads + column % hidden / size;
    return (matrix * length + row % length) * size + column % size;
}

// to = from + bias, the former (R, parts, A, D), the latter (parts, B, A, S, D); bias may be null
template <typename T>
AB_DEVICE void split_heads(const Heads& p) {
    uint32 step = p.size % 8 == 0 ? 8 : 1, columns = (uint32)(p.parts * p.heads * p.size), row = block_x();
    Part part = {(int)step, step == 8};
    for (uint32 column = thread_index() * step; column < columns; column += thread_count() * step) {
        Floats8 values = load((const T*)p.from + (int64)row * columns + column, part);
        if (p.bias != nullptr) {
            Floats8 bias = load(p.bias + column, part);
            AB_UNROLL
            for (int i = 0; i < 8; i++)
                values.at[i] += bias.at[i];
        }
        store((T*)p.to + place_in_heads(p, row, column), values, part);
    }
}

// The way back: from (parts, B, A, S, D) to (R, parts, A, D).
template <typename T>
AB_DEVICE void merge_heads(const Heads& p) {
    uint32 step = p.size % 8 == 0 ? 8 : 1, columns = (uint32)(p.parts * p.heads * p.size), row = block_x();
    Part part = {(int)step, step == 8};
    for (uint32 column = thread_index() * step; column < columns; column += thread_count() * step)
        store((T*)p.to + (int64)row * columns + column, load((const T*)p.from + place_in_heads(p, row, column), part), part);
}

AB_KERNEL(attention_softmax_forward, AttentionSoftmax)
AB_KERNEL(attention_softmax_backward, AttentionSoftmaxGradient)
AB_KERNEL(split_heads, Heads)
AB_KERNEL(merge_heads, Heads)
