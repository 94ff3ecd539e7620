// sum = residual + dropout(x + bias), then LayerNorm or RMSNorm of it; and the gradients of both.
#include <cmath>

#include "Support/Kernels.h"
#include "Support/Parallel.h"
#include "Support/Philox.h"

namespace AB_VARIANT {

constexpr float kEpsilon = 1e-12f;

// The mean (0 for RMSNorm) and the reciprocal of the standard deviation (of the root mean square).
struct Statistics {
    float mean, inverse;
};

static AB_INLINE Statistics measure(const float* sum, int64_t columns, Floats total, bool root_mean_square) {
    float mean = root_mean_square ? 0 : AB_VARIANT::sum(total) / columns;
    Floats squares = {};
    for_vectors(columns, [&](long c, auto left) {
        Floats d = load_some(sum + c, left, mean) - mean;
        squares += d * d;
    });
    float variance = AB_VARIANT::sum(squares) / columns;
    return {mean, root_mean_square ? 1 / (std::sqrt(variance) + kEpsilon) : 1 / std::sqrt(variance + kEpsilon)};
}

// x and residual may be null (0); normed may be null (no norm is wanted), and so may be its fp32 copy, the stream that post-LN layers add to.
// shift is null for RMSNorm.
template <typename T>
void residual_norm_forward(
    const void* x_RC, const float* bias_C, const float* residual_RC, float* sum_RC, const float* weight_C, const float* shift_C, void* normed_RC,
    float* normed_stream_RC, float* statistics_R2, int64_t rows, int64_t columns, int64_t rows_per_sample, int32_t root_mean_square, const AbDropout* dropout) {
    auto x = static_cast<const T*>(x_RC);
    auto normed = static_cast<T*>(normed_RC);
    Dropout drop = decisions(dropout);
    parallel_for(rows, 1 + 8192 / columns, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            float* sum = sum_RC + r * columns;
            int64_t start = r * columns;
            uint32_t sample = drop.first_sample + (uint32_t)(r / rows_per_sample), row = (uint32_t)(r % rows_per_sample);
            Floats total = {};
            for_dropout_vectors(columns, drop, sample, row, [&](long c, auto left, Floats scales) {
                Floats value = x == nullptr ? Floats{} : load_some(x + start + c, left);
                if (bias_C != nullptr)
                    value += load_some(bias_C + c, left);
                value *= scales;
                if (residual_RC != nullptr)
                    value += load_some(residual_RC + start + c, left);
                store_some(sum + c, value, left);
                total += value;
            });
            if (normed == nullptr)
                continue;
            Statistics statistics = measure(sum, columns, total, root_mean_square != 0);
            statistics_R2[r * 2] = statistics.mean;
            statistics_R2[r * 2 + 1] = statistics.inverse;
            for_vectors(columns, [&](long c, auto left) {
                Floats value = (load_some(sum + c, left) - statistics.mean) * statistics.inverse * load_some(weight_C + c, left);
                if (shift_C != nullptr)
                    value += load_some(shift_C + c, left);
                store_some(normed + start + c, value, left);
                if (normed_stream_RC != nullptr)
                    store_some(normed_stream_RC + start + c, value, left);
            });
        }
    });
}

// dsum = (accumulate ? dsum : 0) + the norm's gradient; dx = dropout's gradient of dsum; bias, weight and shift gradients are added to.
// dnormed may be null (no norm behind the sum) and have a second part in fp32; dx may be null (nothing before the residual).
template <typename T>
void residual_norm_backward(
    const void* dnormed_RC, const float* dnormed_stream_RC, const float* sum_RC, const float* statistics_R2, const float* weight_C, float* dsum_RC, int32_t accumulate, void* dx_RC,
    float* dbias_C, float* dweight_C, float* dshift_C, float* partial, int64_t rows, int64_t columns, int64_t rows_per_sample, int32_t root_mean_square,
    const AbDropout* dropout) {
    auto dnormed = static_cast<const T*>(dnormed_RC);
    auto dx = static_cast<T*>(dx_RC);
    auto gradient_of_normed = [=](int64_t at, auto left) {
        Floats gradient = dnormed == nullptr ? Floats{} : load_some(dnormed + at, left);
        return dnormed_stream_RC == nullptr ? gradient : gradient + load_some(dnormed_stream_RC + at, left);
    };
    bool has_norm = dnormed != nullptr || dnormed_stream_RC != nullptr;
    Dropout drop = dx == nullptr ? Dropout{} : decisions(dropout);
    float *dweights = partial, *dshifts = partial + kChunks * columns, *dbiases = partial + 2 * kChunks * columns;
    parallel_chunks(rows, [=](int64_t chunk, int64_t begin, int64_t end) {
        float *dweight = dweights + chunk * columns, *dshift = dshifts + chunk * columns, *dbias = dbiases + chunk * columns;
        for (int64_t c = 0; c < columns; c++)
            dweight[c] = dshift[c] = dbias[c] = 0;
        for (int64_t r = begin; r < end; r++) {
            int64_t start = r * columns;
            const float* sum = sum_RC + start;
            float* dsum = dsum_RC + start;
            Floats mean_gradient = {}, mean_product = {};
            float mean = has_norm ? statistics_R2[r * 2] : 0, inverse = has_norm ? statistics_R2[r * 2 + 1] : 0;
            if (has_norm)
                for_vectors(columns, [&](long c, auto left) {
                    Floats gradient = gradient_of_normed(start + c, left), normal = (load_some(sum + c, left, mean) - mean) * inverse;
                    store_some(dweight + c, load_some(dweight + c, left) + gradient * normal, left);
                    store_some(dshift + c, load_some(dshift + c, left) + gradient, left);
                    gradient *= load_some(weight_C + c, left);
                    mean_gradient += gradient;
                    mean_product += gradient * normal;
                });
            float of_gradient = root_mean_square ? 0 : AB_VARIANT::sum(mean_gradient) / columns, of_product = AB_VARIANT::sum(mean_product) / columns;
            uint32_t sample = drop.first_sample + (uint32_t)(r / rows_per_sample), row = (uint32_t)(r % rows_per_sample);
            for_dropout_vectors(columns, drop, sample, row, [&](long c, auto left, Floats scales) {
                Floats total = accumulate ? load_some(dsum + c, left) : Floats{};
                if (has_norm) {
                    Floats normal = (load_some(sum + c, left, mean) - mean) * inverse;
                    Floats gradient = gradient_of_normed(start + c, left) * load_some(weight_C + c, left);
                    total += (gradient - of_gradient - normal * of_product) * inverse;
                }
                store_some(dsum + c, total, left);
                if (dx == nullptr)
                    return;
                total *= scales;
                store_some(dx + start + c, total, left);
                store_some(dbias + c, load_some(dbias + c, left) + total, left);
            });
        }
    });
    if (dweight_C != nullptr)
        add_chunks(dweight_C, dweights, columns);
    if (dshift_C != nullptr)
        add_chunks(dshift_C, dshifts, columns);
    if (dbias_C != nullptr)
        add_chunks(dbias_C, dbiases, columns);
}

// to = dropout(from), fp32; the same call gives the gradient. to may be from.
void stream_dropout(const float* from_RC, float* to_RC, int64_t rows, int64_t columns, int64_t rows_per_sample, const AbDropout* dropout) {
    Dropout drop = decisions(dropout);
    parallel_for(rows, 1 + 8192 / columns, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            uint32_t sample = drop.first_sample + (uint32_t)(r / rows_per_sample), row = (uint32_t)(r % rows_per_sample);
            for_dropout_vectors(columns, drop, sample, row, [&](long c, auto left, Floats scales) {
                store_some(to_RC + r * columns + c, load_some(from_RC + r * columns + c, left) * scales, left);
            });
        }
    });
}

AB_INSTANTIATE(residual_norm_forward)
AB_INSTANTIATE(residual_norm_backward)

}  // namespace AB_VARIANT
