// Sixteen numbers from memory and back, fp32 or bf16, whole or the first few of them.
#pragma once
#include "Vector.h"

namespace AB_VARIANT {

// One register at a time: compilers copy wider things in pieces, through memory.
template <typename Register>
AB_INLINE Register read(const void* from) {
    Register value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

AB_INLINE Floats load(const float* from) {
    return for_parts<Floats>([&](int i) { return read<FloatRegister>(from + i * kLanesOfRegister); });
}

AB_INLINE Floats load(const Bf16* from) {
    return for_parts<Floats>([&](int i) { return (FloatRegister)(__builtin_convertvector(read<HalfRegister>(from + i * kLanesOfRegister), WordRegister) << 16); });
}

AB_INLINE void store(float* to, Floats value) {
#pragma GCC unroll 4
    for (int i = 0; i < kRegisters; i++)
        std::memcpy(to + i * kLanesOfRegister, &value.parts[i], sizeof(FloatRegister));
}

AB_INLINE HalfRegister narrow(WordRegister words) {
#if AB_REGISTER_BYTES == 32
    __m256i packed = _mm256_packus_epi32((__m256i)words, (__m256i)words);
    return (HalfRegister)_mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08));
#else
    return __builtin_convertvector(words, HalfRegister);
#endif
}

// Rounds to nearest even; a NaN stays one.
AB_INLINE void store(Bf16* to, Floats value) {
#pragma GCC unroll 4
    for (int i = 0; i < kRegisters; i++) {
        WordRegister bits = (WordRegister)value.parts[i];
        WordRegister rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
        HalfRegister halves = narrow(value.parts[i] != value.parts[i] ? (bits >> 16) | 0x40u : rounded);
        std::memcpy(to + i * kLanesOfRegister, &halves, sizeof halves);
    }
}

// A count of sixteen that is known when compiling.
struct WholeVector {
    constexpr operator long() const { return kLanes; }
};

// The first `count` of sixteen; the rest is `fill` and is not touched in memory.
template <typename T>
AB_INLINE Floats load_some(const T* from, WholeVector, float = 0) {
    return load(from);
}

template <typename T>
AB_INLINE void store_some(T* to, Floats value, WholeVector) {
    store(to, value);
}

template <typename T>
inline Floats load_some(const T* from, long count, float fill = 0) {
    if (count >= kLanes)
        return load(from);
    alignas(64) T padded[kLanes] = {};
    std::memcpy(padded, from, count * sizeof(T));
    alignas(64) float lanes[kLanes];
    store(lanes, load(padded));
    for (long i = count; i < kLanes; i++)
        lanes[i] = fill;
    return load(lanes);
}

template <typename T>
inline void store_some(T* to, Floats value, long count) {
    if (count >= kLanes) {
        store(to, value);
        return;
    }
    alignas(64) T padded[kLanes];
    store(padded, value);
    std::memcpy(to, padded, count * sizeof(T));
}

// body(c, left) for every sixteen columns; `left` is a constant but for an incomplete last one, so that the loop has no conditions.
template <typename Body>
AB_INLINE void for_vectors(long columns, const Body& body) {
    long c = 0;
    for (; c + kLanes <= columns; c += kLanes)
        body(c, WholeVector{});
    if (c < columns)
        body(c, columns - c);
}

}  // namespace AB_VARIANT
