// Sixteen floats at a time. The compiler maps them to one, two or four registers of the instruction set it compiles for.
#pragma once
#include <cstdint>
#include <cstring>

namespace AB_VARIANT {

constexpr long kLanes = 16;

typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef uint32_t Words __attribute__((vector_size(64)));
typedef uint16_t Halves __attribute__((vector_size(32)));

struct Bf16 {
    uint16_t bits;
};

inline Floats broadcast(float value) { return value - Floats{}; }

inline Words bits_of(Floats value) { return (Words)value; }

inline Floats load(const float* from) {
    Floats value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

inline Floats load(const Bf16* from) {
    Halves halves;
    std::memcpy(&halves, from, sizeof halves);
    return (Floats)(__builtin_convertvector(halves, Words) << 16);
}

inline void store(float* to, Floats value) { std::memcpy(to, &value, sizeof value); }

// Rounds to nearest even; a NaN stays one.
inline void store(Bf16* to, Floats value) {
    Words bits = bits_of(value);
    Words rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
    Words quiet = (bits >> 16) | 0x40u;
    Words is_nan = (Words)(value != value);
    Halves halves = __builtin_convertvector((quiet & is_nan) | (rounded & ~is_nan), Halves);
    std::memcpy(to, &halves, sizeof halves);
}

// A count of sixteen that is known when compiling.
struct WholeVector {
    constexpr operator long() const { return kLanes; }
};

// The first `count` of sixteen; the rest is `fill` and is not touched in memory.
template <typename T>
inline Floats load_some(const T* from, WholeVector, float = 0) {
    return load(from);
}

template <typename T>
inline void store_some(T* to, Floats value, WholeVector) {
    store(to, value);
}

template <typename T>
inline Floats load_some(const T* from, long count, float fill = 0) {
    Floats value;
    if (count >= kLanes)
        return load(from);
    alignas(64) T padded[kLanes] = {};
    std::memcpy(padded, from, count * sizeof(T));
    value = load(padded);
    for (long i = count; i < kLanes; i++)
        value[i] = fill;
    return value;
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
inline __attribute__((always_inline)) void for_vectors(long columns, const Body& body) {
    long c = 0;
    for (; c + kLanes <= columns; c += kLanes)
        body(c, WholeVector{});
    if (c < columns)
        body(c, columns - c);
}

inline Floats select(Ints mask, Floats yes, Floats no) { return mask ? yes : no; }

inline Floats maximum(Floats a, Floats b) { return a > b ? a : b; }

inline Floats minimum(Floats a, Floats b) { return a < b ? a : b; }

typedef float Floats8 __attribute__((vector_size(32)));
typedef float Floats4 __attribute__((vector_size(16)));

template <typename Vector, typename Half>
inline void halves(Vector value, Half& low, Half& high) {
    std::memcpy(&low, &value, sizeof low);
    std::memcpy(&high, (const char*)&value + sizeof low, sizeof high);
}

// In a fixed order, so that every run gives the same bits.
inline float sum(Floats value) {
    Floats8 low8, high8;
    halves(value, low8, high8);
    Floats4 low4, high4;
    halves(low8 + high8, low4, high4);
    Floats4 four = low4 + high4;
    return (four[0] + four[2]) + (four[1] + four[3]);
}

inline float largest(Floats value) {
    Floats8 low8, high8;
    halves(value, low8, high8);
    Floats4 low4, high4;
    halves(low8 > high8 ? low8 : high8, low4, high4);
    Floats4 four = low4 > high4 ? low4 : high4;
    float first = four[0] > four[2] ? four[0] : four[2], second = four[1] > four[3] ? four[1] : four[3];
    return first > second ? first : second;
}

}  // namespace AB_VARIANT
