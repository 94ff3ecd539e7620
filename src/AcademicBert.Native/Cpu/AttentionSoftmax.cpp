// Softmax of scaled scores behind a padding mask, with dropout; and its gradient.
#include "Support/Kernels.h"
#include "Support/Math.h"
#include "Support/Parallel.h"
#include "Support/Philox.h"

namespace AB_VARIANT {

constexpr uint32_t kRowsOfAHead = 65536;

static Dropout decisions(const AbDropout* dropout) {
    return dropout == nullptr ? Dropout{} : Dropout{dropout->seed, dropout->step, dropout->site, dropout->threshold, dropout->first_sample, dropout->scale};
}

// body(offset of the row, first row of dropout words, sample) for all rows of (B, A, S, S)
template <typename Body>
static void for_rows(int64_t batch, int64_t heads, int64_t length, const Body& body) {
    parallel_for(batch * heads * length, 1 + 8192 / length, [=, &body](int64_t begin, int64_t end) {
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
        for (int64_t c = 0; c < visible; c += kLanes)
            top = maximum(top, load_some(p + c, visible - c, -3e38f));
        float highest = largest(top) * scale;
        Floats total = {};
        float values[8192];
        for (int64_t c = 0; c < visible; c += kLanes) {
            Floats value = exponential(load_some(p + c, visible - c, -3e38f) * scale - highest);
            for (int64_t i = visible - c; i < kLanes; i++)
                value[i] = 0;
            store(values + c, value);
            total += value;
        }
        float inverse = 1 / AB_VARIANT::sum(total);
        for (int64_t block = 0; block < length; block += kDropoutBlock) {
            DropoutWords words = drop.active() ? draw(drop, drop.first_sample + (uint32_t)sample, row, block / kDropoutBlock) : DropoutWords{};
            for (int slot = 0; slot < 8 && block + slot * kLanes < length; slot++) {
                int64_t c = block + slot * kLanes, left = length - c;
                Floats probability = c < visible ? load(values + c) * inverse : Floats{};
                store_some(p + c, probability, left);
                if (drop.active())
                    store_some(dropped + offset + c, probability * words.scales(slot, drop), left);
            }
        }
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
        float kept[8192];
        for (int64_t block = 0; block < length; block += kDropoutBlock) {
            DropoutWords words = drop.active() ? draw(drop, drop.first_sample + (uint32_t)sample, row, block / kDropoutBlock) : DropoutWords{};
            for (int slot = 0; slot < 8 && block + slot * kLanes < length; slot++) {
                int64_t c = block + slot * kLanes, left = length - c;
                Floats probability = load_some(p + c, left), gradient = load_some(g + c, left);
                if (drop.active()) {
                    Floats scales = words.scales(slot, drop);
                    gradient *= scales;
                    store_some(dropped + offset + c, probability * scales, left);
                }
                store(kept + c, gradient);
                product += probability * gradient;
            }
        }
        float total = AB_VARIANT::sum(product);
        for (int64_t c = 0; c < length; c += kLanes) {
            int64_t left = length - c;
            store_some(g + c, load_some(p + c, left) * (load(kept + c) - total) * scale, left);
        }
    });
}

AB_INSTANTIATE(attention_softmax_forward)
AB_INSTANTIATE(attention_softmax_backward)

}  // namespace AB_VARIANT
