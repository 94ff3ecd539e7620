// Philox4x32-10 (Salmon et al., SC 2011) in sixteen lanes, and the dropout decisions made of it. PhiloxDropout.cs says how columns
// map to calls: blocks of 128 columns, column j from lane j % 16, 16-bit number (j % 128) / 16.
#pragma once
#include "Memory.h"
#include "Table.h"

namespace AB_VARIANT {

constexpr long kDropoutBlock = 128;

struct Dropout {
    uint32_t seed, step, site, threshold;
    uint32_t first_sample;
    float scale;

    bool active() const { return threshold != 0; }
};

inline Dropout decisions(const AbDropout* dropout) {
    return dropout == nullptr ? Dropout{} : Dropout{dropout->seed, dropout->step, dropout->site, dropout->threshold, dropout->first_sample, dropout->scale};
}

struct DropoutWords {
    Words words[4];

    // Scale where a column is kept, 0 where it is dropped; `slot` is its sixteen columns within the block, 0 to 7. A number is compared
    // in the upper half of its word, where what is below it does not matter.
    Floats scales(int slot, const Dropout& dropout) const {
        Words numbers = slot % 2 == 0 ? words[slot / 2] << 16 : words[slot / 2];
        return select(numbers >= dropout.threshold << 16, broadcast(dropout.scale), Floats{});
    }
};

// Sixteen 32-bit numbers, each in the lower half of 64 bits, where their products need no shuffling: those of even lanes in every other
// register, those of odd lanes in the rest. What is in the upper halves does not count.
struct Counters {
    LongRegister parts[2 * kRegisters];
};

template <typename Function>
AB_INLINE Counters for_counters(const Function& part) {
    Counters result;
#pragma GCC unroll 8
    for (int i = 0; i < 2 * kRegisters; i++)
        result.parts[i] = part(i);
    return result;
}

AB_INLINE LongRegister multiply(LongRegister value, uint32_t factor) {
#if AB_REGISTER_BYTES == 64
    return (LongRegister)_mm512_mul_epu32((__m512i)value, _mm512_set1_epi64(factor));
#elif AB_REGISTER_BYTES == 32
    return (LongRegister)_mm256_mul_epu32((__m256i)value, _mm256_set1_epi64x(factor));
#else
    return (value & 0xFFFFFFFFu) * (uint64_t)factor;
#endif
}

AB_INLINE Counters multiply(Counters value, uint32_t factor) {
    return for_counters([&](int i) { return multiply(value.parts[i], factor); });
}

AB_INLINE Counters high_xor(Counters product, uint32_t with) {
    return for_counters([&](int i) { return (product.parts[i] >> 32) ^ with; });
}

AB_INLINE Counters high_xor(Counters product, Counters with, uint32_t key) {
    return for_counters([&](int i) { return (product.parts[i] >> 32) ^ with.parts[i] ^ key; });
}

AB_INLINE Words interleave(Counters counters) {
    return for_parts<Words>([&](int i) { return (WordRegister)((counters.parts[2 * i] & 0xFFFFFFFFu) | counters.parts[2 * i + 1] << 32); });
}

constexpr uint32_t kFactor0 = 0xD2511F53u, kFactor2 = 0xCD9E8D57u, kKeyStep0 = 0x9E3779B9u, kKeyStep1 = 0xBB67AE85u;

AB_INLINE DropoutWords draw(const Dropout& dropout, uint32_t sample, uint32_t row, long block) {
    alignas(64) static constexpr uint64_t kLaneNumbers[kLanes] = {0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15};
    constexpr int kLongs = kLanesOfRegister / 2;
    uint32_t key0 = dropout.seed, key1 = dropout.step;

    // Lanes differ in the first word only, so that half of the first two rounds is the same for all.
    Counters first = multiply(for_counters([&](int i) { return read<LongRegister>(kLaneNumbers + (i % 2 * kRegisters + i / 2) * kLongs) + (uint64_t)(block * kLanes); }), kFactor0);
    uint64_t all = (uint64_t)sample * kFactor2;
    uint32_t same0 = (uint32_t)(all >> 32) ^ row ^ key0, same1 = (uint32_t)all;
    Counters c2 = high_xor(first, dropout.site ^ key1), c3 = first;
    key0 += kKeyStep0;
    key1 += kKeyStep1;
    all = (uint64_t)same0 * kFactor0;
    Counters c1 = multiply(c2, kFactor2), c0 = high_xor(c1, same1 ^ key0);
    c2 = for_counters([&](int i) { return c3.parts[i] ^ ((uint32_t)(all >> 32) ^ key1); });
    c3 = for_counters([&](int) { return LongRegister{} + (uint32_t)all; });

#pragma GCC unroll 8
    for (int round = 2; round < 10; round++) {
        key0 += kKeyStep0;
        key1 += kKeyStep1;
        Counters product0 = multiply(c0, kFactor0), product2 = multiply(c2, kFactor2);
        c0 = high_xor(product2, c1, key0);
        c2 = high_xor(product0, c3, key1);
        c1 = product2;
        c3 = product0;
    }
    return {{interleave(c0), interleave(c1), interleave(c2), interleave(c3)}};
}

// body(c, left, scales) for every sixteen columns of a row; without dropout the scales are 1.
template <typename Body>
AB_INLINE void for_dropout_vectors(long columns, const Dropout& dropout, uint32_t sample, uint32_t row, const Body& body) {
    if (!dropout.active()) {
        for_vectors(columns, [&](long c, auto left) { body(c, left, broadcast(1)); });
        return;
    }
    long block = 0;
    for (; (block + 1) * kDropoutBlock <= columns; block++) {
        DropoutWords words = draw(dropout, sample, row, block);
#pragma GCC unroll 8
        for (int slot = 0; slot < 8; slot++)
            body(block * kDropoutBlock + slot * kLanes, WholeVector{}, words.scales(slot, dropout));
    }
    if (block * kDropoutBlock == columns)
        return;
    DropoutWords words = draw(dropout, sample, row, block);
    for_vectors(columns - block * kDropoutBlock, [&](long c, auto left) { body(block * kDropoutBlock + c, left, words.scales((int)(c / kLanes), dropout)); });
}

}  // namespace AB_VARIANT
