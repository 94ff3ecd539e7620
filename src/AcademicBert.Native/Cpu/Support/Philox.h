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

    // Scale where a column is kept, 0 where it is dropped; `slot` is its sixteen columns within the block, 0 to 7.
    Floats scales(int slot, const Dropout& dropout) const {
        Words numbers = (words[slot / 2] >> (slot % 2 * 16)) & 0xFFFFu;
        return select(numbers >= dropout.threshold, broadcast(dropout.scale), Floats{});
    }
};

// The 64-bit products of all lanes, in halves. Where the processor multiplies every other lane, two such products are woven together:
// compilers would take a full 64-bit multiplication, which is several times slower.
AB_INLINE void multiply(WordRegister value, uint32_t factor, WordRegister& high, WordRegister& low) {
#if AB_REGISTER_BYTES == 64
    __m512i lanes = (__m512i)value, by = _mm512_set1_epi32((int)factor);
    __m512i even = _mm512_mul_epu32(lanes, by), odd = _mm512_mul_epu32(_mm512_srli_epi64(lanes, 32), by);
    high = (WordRegister)_mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), 0xAAAA, odd);
    low = (WordRegister)_mm512_mask_mov_epi32(even, 0xAAAA, _mm512_slli_epi64(odd, 32));
#elif AB_REGISTER_BYTES == 32
    __m256i lanes = (__m256i)value, by = _mm256_set1_epi32((int)factor);
    __m256i even = _mm256_mul_epu32(lanes, by), odd = _mm256_mul_epu32(_mm256_srli_epi64(lanes, 32), by);
    high = (WordRegister)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
    low = (WordRegister)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
#else
    typedef uint64_t Longs __attribute__((vector_size(2 * AB_REGISTER_BYTES)));
    Longs product = __builtin_convertvector(value, Longs) * (uint64_t)factor;
    high = __builtin_convertvector(product >> 32, WordRegister);
    low = value * factor;
#endif
}

AB_INLINE void multiply(Words value, uint32_t factor, Words& high, Words& low) {
#pragma GCC unroll 4
    for (int i = 0; i < kRegisters; i++)
        multiply(value.parts[i], factor, high.parts[i], low.parts[i]);
}

AB_INLINE DropoutWords draw(const Dropout& dropout, uint32_t sample, uint32_t row, long block) {
    alignas(64) static constexpr uint32_t kLaneNumbers[kLanes] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Words lanes = for_parts<Words>([&](int i) { return read<WordRegister>(kLaneNumbers + i * kLanesOfRegister); });
    Words c0 = lanes + (uint32_t)(block * kLanes), c1 = broadcast_word(row), c2 = broadcast_word(sample), c3 = broadcast_word(dropout.site);
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
