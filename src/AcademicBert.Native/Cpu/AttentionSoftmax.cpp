// Softmax of scaled scores behind a padding mask, with dropout; and its gradient.
#include "Support/Kernels.h"
#include "Support/Math.h"
#include "Support/Parallel.h"
#include "Support/Philox.h"

namespace AB_VARIANT {

constexpr uint32_t kRowsOfAHead = 65536;
constexpr int64_t kLongest = 8192;

// body(offset of the row, first row of dropout words, sample) for all rows of (B, A, S, S)
template <typename Body>
static void for_rows(int64_t batch, int64_t heads, int64_t length, const Body& body) {
    parallel_for(batch * heads * length, 1 + 8192 / length, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            int64_t sample = r / (heads * length), head = r / length % heads;
            body(r * length, (uint32_t)(head * kRowsOfAHead + r % length), sample);
        }
    });
}

// scores become probabilities in place; dropped = dropout(probabilities), null without dropout. Columns behind a row's length get 0.
template <typename T>
void attention_softmax_forward(
    void* scores_BASS, void* dropped_BASS, const int32_t* lengths_B, int64_t batch, int64_t heads, int64_t length, float scale, const AbDropout* dropout) {
    auto scores = static_cast<T*>(scores_BASS);
    auto dropped = static_cast<T*>(dropped_BASS);
    Dropout drop = decisions(dropout);
    for_rows(batch, heads, length, [=](int64_t offset, uint32_t row, int64_t sample) {
        T* p = scores + offset;
        int64_t visible = lengths_B == nullptr ? length : lengths_B[sample];
        Floats top = broadcast(-3e38f);
        for_vectors(visible, [&](long c, auto left) { top = maximum(top, load_some(p + c, left, -3e38f)); });
        float highest = largest(top) * scale;
        Floats total = {};
        alignas(64) float values[kLongest];
        for_vectors(visible, [&](long c, auto left) {
            // What lies behind the end is -infinity, all but: its exponential is 0.
            Floats value = exponential(load_some(p + c, left, -3e38f) * scale - highest);
            store(values + c, value);
            total += value;
        });
        float inverse = 1 / AB_VARIANT::sum(total);
        for_dropout_vectors(length, drop, drop.first_sample + (uint32_t)sample, row, [&](long c, auto left, Floats scales) {
            Floats probability = c < visible ? load(values + c) * inverse : Floats{};
            store_some(p + c, probability, left);
            if (dropped != nullptr)
                store_some(dropped + offset + c, probability * scales, left);
        });
    });
}

// gradient of the dropped probabilities becomes that of the unscaled scores, in place; dropped gets the dropped probabilities again.
template <typename T>
void attention_softmax_backward(
    const void* probabilities_BASS, void* gradient_BASS, void* dropped_BASS, int64_t batch, int64_t heads, int64_t length, float scale, const AbDropout* dropout) {
    auto probabilities = static_cast<const T*>(probabilities_BASS);
    auto gradients = static_cast<T*>(gradient_BASS);
    auto dropped = static_cast<T*>(dropped_BASS);
    Dropout drop = decisions(dropout);
    for_rows(batch, heads, length, [=](int64_t offset, uint32_t row, int64_t sample) {
        const T* p = probabilities + offset;
        T* g = gradients + offset;
        Floats product = {};
        alignas(64) float kept[kLongest];
        for_dropout_vectors(length, drop, drop.first_sample + (uint32_t)sample, row, [&](long c, auto left, Floats scales) {
            Floats probability = load_some(p + c, left), gradient = load_some(g + c, left) * scales;
            if (dropped != nullptr)
                store_some(dropped + offset + c, probability * scales, left);
            store(kept + c, gradient);
            product += probability * gradient;
        });
        float total = AB_VARIANT::sum(product);
        for_vectors(length, [&](long c, auto left) { store_some(g + c, load_some(p + c, left) * (load(kept + c) - total) * scale, left); });
    });
}

AB_INSTANTIATE(attention_softmax_forward)
AB_INSTANTIATE(attention_softmax_backward)

}  // namespace AB_VARIANT
