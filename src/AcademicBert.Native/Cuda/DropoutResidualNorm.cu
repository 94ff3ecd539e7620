// sum = residual + dropout(x + bias), then LayerNorm or RMSNorm of it; and the gradients of both.
#include "Support/Dropout.h"
#include "Support/Rows.h"

constexpr float kEpsilon = 1e-12f;

struct ResidualNorm {
    const void* x_RC;
    const float *bias_C, *residual_RC;
    float* sum_RC;
    const float *weight_C, *shift_C;
    void* normed_RC;
    float *normed_stream_RC, *statistics_R2;
    int64 rows, columns, rows_of_sample;
    int32 root_mean_square, lanes;
    Dropout dropout;
};

// x, bias and residual may be null (0), normed (no norm is wanted), its fp32 copy, and shift (RMSNorm)
template <typename T>
AB_DEVICE void residual_norm_forward(const ResidualNorm& p) {
    RowGroup group(p.lanes, p.columns);
    Part part = group.of(group.row < p.rows);
    int64 at = group.row * p.columns + 8 * group.lane, column = 8 * group.lane;
    uint32 per_sample = (uint32)p.rows_of_sample;
    Floats8 scales = dropout_scales(p.dropout, group.row / per_sample, group.row % per_sample, group.lane);
    Floats8 value = p.x_RC == nullptr ? all(0) : load((const T*)p.x_RC + at, part);
    Floats8 bias = p.bias_C == nullptr ? all(0) : load(p.bias_C + column, part);
    Floats8 residual = p.residual_RC == nullptr ? all(0) : load(p.residual_RC + at, part);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        value.at[i] = i < part.left ? (value.at[i] + bias.at[i]) * scales.at[i] + residual.at[i] : 0;
    store(p.sum_RC + at, value, part);
    if (p.normed_RC == nullptr)
        return;

    float mean = p.root_mean_square ? 0 : group_sum(sum8(value), p.lanes) / p.columns;
    Floats8 squares;
    AB_UNROLL
    for (int i = 0; i < 8; i++) {
        float difference = i < part.left ? value.at[i] - mean : 0;
        squares.at[i] = difference * difference;
    }
    float variance = group_sum(sum8(squares), p.lanes) / p.columns;
    float inverse = p.root_mean_square ? 1 / (square_root(variance) + kEpsilon) : 1 / square_root(variance + kEpsilon);
    if (group.lane == 0 && part.left > 0) {
        p.statistics_R2[group.row * 2] = mean;
        p.statistics_R2[group.row * 2 + 1] = inverse;
    }
    Floats8 weight = load(p.weight_C + column, part), shift = p.shift_C == nullptr ? all(0) : load(p.shift_C + column, part);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        value.at[i] = (value.at[i] - mean) * inverse * weight.at[i] + shift.at[i];
    store((T*)p.normed_RC + at, value, part);
    if (p.normed_stream_RC != nullptr)
        store(p.normed_stream_RC + at, value, part);
}

struct ResidualNormGradient {
    const void* dnormed_RC;
    const float *dnormed_stream_RC, *sum_RC, *statistics_R2, *weight_C;
    float* dsum_RC;
    void* dx_RC;
    float* partial;
    int64 rows, columns, rows_of_sample;
    int32 accumulate, root_mean_square, lanes;
    Dropout dropout;
};

// dsum = (accumulate ? dsum : 0) + the norm's gradient; dx = dropout's gradient of dsum. partial gets the column sums of a group's rows
// for weight, shift and bias, (3, groups, C). dnormed may be null and have a second part in fp32 (both null: there was no norm); dx may
// be null.
template <typename T>
AB_DEVICE void residual_norm_backward(const ResidualNormGradient& p) {
    RowGroup group(p.lanes, p.columns);
    int64 column = 8 * group.lane;
    uint32 per_sample = (uint32)p.rows_of_sample, turns = ((uint32)p.rows + group.stride - 1) / group.stride;
    bool has_norm = p.dnormed_RC != nullptr || p.dnormed_stream_RC != nullptr;
    Floats8 weight = has_norm ? load(p.weight_C + column, group.part) : all(0), dweight = all(0), dshift = all(0), dbias = all(0);
    for (uint32 turn = 0; turn < turns; turn++) {
        uint32 row = group.row + turn * group.stride;
        Part part = group.of(row < p.rows);
        int64 at = row * p.columns + column;
        Floats8 total = p.accumulate ? load(p.dsum_RC + at, part) : all(0);
        if (has_norm) {
            float mean = part.left > 0 ? p.statistics_R2[row * 2] : 0, inverse = part.left > 0 ? p.statistics_R2[row * 2 + 1] : 0;
            Floats8 gradient = p.dnormed_RC == nullptr ? all(0) : load((const T*)p.dnormed_RC + at, part);
            Floats8 other = p.dnormed_stream_RC == nullptr ? all(0) : load(p.dnormed_stream_RC + at, part), normal = load(p.sum_RC + at, part, mean);
            float means[2] = {0, 0};
            AB_UNROLL
            for (int i = 0; i < 8; i++) {
                gradient.at[i] += other.at[i];
                normal.at[i] = (normal.at[i] - mean) * inverse;
                dweight.at[i] += gradient.at[i] * normal.at[i];
                dshift.at[i] += gradient.at[i];
                gradient.at[i] *= weight.at[i];
                means[0] += gradient.at[i];
                means[1] += gradient.at[i] * normal.at[i];
            }
            group_sum(means, p.lanes);
            float of_gradient = p.root_mean_square ? 0 : means[0] / p.columns, of_product = means[1] / p.columns;
            AB_UNROLL
            for (int i = 0; i < 8; i++)
                total.at[i] += (gradient.at[i] - of_gradient - normal.at[i] * of_product) * inverse;
        }
        store(p.dsum_RC + at, total, part);
        if (p.dx_RC == nullptr)
            continue;
        Floats8 scales = dropout_scales(p.dropout, row / per_sample, row % per_sample, group.lane);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            total.at[i] *= scales.at[i];
            dbias.at[i] += i < part.left ? total.at[i] : 0;
        }
        store((T*)p.dx_RC + at, total, part);
    }

    int64 from = group.row * p.columns + column, array = group.stride * p.columns;
    store(p.partial + from, dweight, group.part);
    store(p.partial + array + from, dshift, group.part);
    store(p.partial + 2 * array + from, dbias, group.part);
}

struct StreamDropout {
    const float* from_RC;
    float* to_RC;
    int64 rows, columns, rows_of_sample;
    int32 lanes;
    Dropout dropout;
};

// to = dropout(from), fp32; the same call gives the gradient. to may be from.
AB_DEVICE void stream_dropout(const StreamDropout& p) {
    RowGroup group(p.lanes, p.columns);
    Part part = group.of(group.row < p.rows);
    int64 at = group.row * p.columns + 8 * group.lane;
    Floats8 scales = dropout_scales(p.dropout, group.row / (uint32)p.rows_of_sample, group.row % (uint32)p.rows_of_sample, group.lane), values = load(p.from_RC + at, part);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        values.at[i] *= scales.at[i];
    store(p.to_RC + at, values, part);
}

AB_KERNEL(residual_norm_forward, ResidualNorm)
AB_KERNEL(residual_norm_backward, ResidualNormGradient)
AB_PLAIN_KERNEL(stream_dropout, StreamDropout)
