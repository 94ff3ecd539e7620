// Philox4x32-10 (Salmon et al., SC 2011) in sixteen lanes, and the dropout decisions made of it. PhiloxDropout.cs says how columns
// map to calls: blocks of 128 columns, column j from lane j % 16, 16-bit number (j % 128) / 16.
#pragma once
#include "Vector.h"

namespace AB_VARIANT {

constexpr long kDropoutBlock = 128;

struct Dropout {
    uint32_t seed, step, site, threshold;
    uint32_t first_sample;
    float scale;

    bool active() const { return threshold != 0; }
};

struct DropoutWords {
    Words words[4];

    // Scale where a column is kept, 0 where it is dropped; `slot` is its sixteen columns within the block, 0 to 7.
    Floats scales(int slot, const Dropout& dropout) const {
        Words numbers = (words[slot / 2] >> (slot % 2 * 16)) & 0xFFFFu;
        return select((Ints)(numbers >= dropout.threshold), broadcast(dropout.scale), Floats{});
    }
};

inline void multiply(Words value, uint32_t factor, Words& high, Words& low) {
    typedef uint64_t Longs __attribute__((vector_size(128)));
    Longs product = __builtin_convertvector(value, Longs) * (uint64_t)factor;
    high = __builtin_convertvector(product >> 32, Words);
    low = value * factor;
}

inline DropoutWords draw(const Dropout& dropout, uint32_t sample, uint32_t row, long block) {
    const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Words c0 = lanes + (uint32_t)(block * kLanes), c1 = row - Words{}, c2 = sample - Words{}, c3 = dropout.site - Words{};
    uint32_t key0 = dropout.seed, key1 = dropout.step;
    for (int round = 0; round < 10; round++) {
        Words high0, low0, high1, low1;
        multiply(c0, 0xD2511F53u, high0, low0);
        multiply(c2, 0xCD9E8D57u, high1, low1);
        c0 = high1 ^ c1 ^ key0;
        c1 = low1;
        c2 = high0 ^ c3 ^ key1;
        c3 = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return {{c0, c1, c2, c3}};
}

}  // namespace AB_VARIANT
