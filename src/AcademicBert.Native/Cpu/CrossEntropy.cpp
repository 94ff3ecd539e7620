// Softmax cross-entropy over a vocabulary, in place: logits become the gradient of the summed loss.
#include <cmath>

#include "Support/Kernels.h"
#include "Support/Math.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// Returns the sum of -log p(target). Columns from `words` to `stride` are padding and get the gradient 0. bias may be null.
template <typename T>
double cross_entropy(void* logits_NV, const float* bias_V, const int32_t* targets_N, float* losses_N, int64_t rows, int64_t words, int64_t stride) {
    auto logits = static_cast<T*>(logits_NV);
    auto biased = [=](const T* row, int64_t c, auto left) {
        Floats value = load_some(row + c, left, -3e38f);
        return bias_V == nullptr ? value : value + load_some(bias_V + c, left);
    };
    parallel_for(rows, 1, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            T* row = logits + r * stride;
            Floats top = broadcast(-3e38f), total = {};
            for_vectors(words, [&](long c, auto left) { top = maximum(top, biased(row, c, left)); });
            float highest = largest(top);
            for_vectors(words, [&](long c, auto left) { total += exponential(biased(row, c, left) - highest); });
            float denominator = AB_VARIANT::sum(total);
            int64_t target = targets_N[r];
            Floats at_target = biased(row, target, 1L);
            losses_N[r] = highest + std::log(denominator) - at_target[0];
            float inverse = 1 / denominator;
            for_vectors(words, [&](long c, auto left) {
                store_some(row + c, exponential(biased(row, c, left) - highest) * inverse, left);
            });
            store_some(row + target, (exponential(at_target - highest) * inverse) - 1, 1L);
            for (int64_t c = words; c < stride; c += kLanes)
                store_some(row + c, Floats{}, stride - c);
        }
    });
    double sum = 0;
    for (int64_t r = 0; r < rows; r++)
        sum += losses_N[r];
    return sum;
}

template double cross_entropy<float>(void*, const float*, const int32_t*, float*, int64_t, int64_t, int64_t);
template double cross_entropy<Bf16>(void*, const float*, const int32_t*, float*, int64_t, int64_t, int64_t);

}  // namespace AB_VARIANT
