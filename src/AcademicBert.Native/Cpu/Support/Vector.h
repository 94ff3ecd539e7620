// Sixteen numbers at a time, in as many registers as the instruction set needs for them. Compilers split one vector that is wider than
// a register through memory; an array of registers they keep in registers.
#pragma once
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define AB_REGISTER_BYTES 64
#elif defined(__AVX2__)
#define AB_REGISTER_BYTES 32
#else
#define AB_REGISTER_BYTES 16
#endif

#define AB_INLINE inline __attribute__((always_inline))

namespace AB_VARIANT {

constexpr long kLanes = 16;
constexpr int kRegisters = 64 / AB_REGISTER_BYTES;
constexpr int kLanesOfRegister = AB_REGISTER_BYTES / 4;

typedef float FloatRegister __attribute__((vector_size(AB_REGISTER_BYTES)));
typedef int32_t IntRegister __attribute__((vector_size(AB_REGISTER_BYTES)));
typedef uint32_t WordRegister __attribute__((vector_size(AB_REGISTER_BYTES)));
typedef uint64_t LongRegister __attribute__((vector_size(AB_REGISTER_BYTES)));
typedef uint16_t HalfRegister __attribute__((vector_size(AB_REGISTER_BYTES / 2)));

struct Floats {
    FloatRegister parts[kRegisters];

    float operator[](long lane) const { return parts[lane / kLanesOfRegister][lane % kLanesOfRegister]; }
};

struct Words {
    WordRegister parts[kRegisters];
};

// All bits of a lane are set, or none.
struct Mask {
    IntRegister parts[kRegisters];
};

struct Bf16 {
    uint16_t bits;
};

template <typename Result, typename Function>
AB_INLINE Result for_parts(const Function& part) {
    Result result;
#pragma GCC unroll 4
    for (int i = 0; i < kRegisters; i++)
        result.parts[i] = part(i);
    return result;
}

#define AB_OPERATOR(Pack, Number, op)                                                                                               \
    AB_INLINE Pack operator op(Pack a, Pack b) { return for_parts<Pack>([&](int i) { return a.parts[i] op b.parts[i]; }); }          \
    AB_INLINE Pack operator op(Pack a, Number b) { return for_parts<Pack>([&](int i) { return a.parts[i] op b; }); }                 \
    AB_INLINE Pack& operator op##=(Pack& a, Pack b) { return a = a op b; }                                                           \
    AB_INLINE Pack& operator op##=(Pack& a, Number b) { return a = a op b; }

AB_OPERATOR(Floats, float, +)
AB_OPERATOR(Floats, float, -)
AB_OPERATOR(Floats, float, *)
AB_OPERATOR(Words, uint32_t, +)
AB_OPERATOR(Words, uint32_t, &)
AB_OPERATOR(Words, uint32_t, |)
AB_OPERATOR(Words, uint32_t, ^)

AB_INLINE Floats operator-(float a, Floats b) {
    return for_parts<Floats>([&](int i) { return a - b.parts[i]; });
}
AB_INLINE Floats operator/(float a, Floats b) {
    return for_parts<Floats>([&](int i) { return a / b.parts[i]; });
}
AB_INLINE Words operator<<(Words a, int by) {
    return for_parts<Words>([&](int i) { return a.parts[i] << by; });
}
AB_INLINE Words operator>>(Words a, int by) {
    return for_parts<Words>([&](int i) { return a.parts[i] >> by; });
}
AB_INLINE Mask operator<(Floats a, float b) {
    return for_parts<Mask>([&](int i) { return a.parts[i] < b; });
}
AB_INLINE Mask operator>=(Words a, uint32_t b) {
    return for_parts<Mask>([&](int i) { return a.parts[i] >= b; });
}

AB_INLINE Floats broadcast(float value) {
    return for_parts<Floats>([&](int) { return value - FloatRegister{}; });
}
AB_INLINE Words broadcast_word(uint32_t value) {
    return for_parts<Words>([&](int) { return value - WordRegister{}; });
}
AB_INLINE Words bits_of(Floats value) {
    return for_parts<Words>([&](int i) { return (WordRegister)value.parts[i]; });
}
AB_INLINE Floats floats_of(Words bits) {
    return for_parts<Floats>([&](int i) { return (FloatRegister)bits.parts[i]; });
}
AB_INLINE Floats select(Mask mask, Floats yes, Floats no) {
    return for_parts<Floats>([&](int i) { return mask.parts[i] ? yes.parts[i] : no.parts[i]; });
}
AB_INLINE Floats maximum(Floats a, Floats b) {
    return for_parts<Floats>([&](int i) { return a.parts[i] > b.parts[i] ? a.parts[i] : b.parts[i]; });
}
AB_INLINE Floats minimum(Floats a, Floats b) {
    return for_parts<Floats>([&](int i) { return a.parts[i] < b.parts[i] ? a.parts[i] : b.parts[i]; });
}

typedef float Floats4 __attribute__((vector_size(16)));

// Halves again and again, in a fixed order, so that every run and every instruction set gives the same bits.
template <typename Combine>
AB_INLINE float reduce(Floats value, const Combine& combine) {
    Floats4 four[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        std::memcpy(&four[i], (const char*)&value.parts[i * 4 / kLanesOfRegister] + i * 16 % AB_REGISTER_BYTES, sizeof(Floats4));
    Floats4 last = combine(combine(four[0], four[2]), combine(four[1], four[3]));
    Floats4 swapped = {last[2], last[3], last[0], last[1]};
    last = combine(last, swapped);
    Floats4 other = {last[1], last[0], last[3], last[2]};
    return combine(last, other)[0];
}

AB_INLINE float sum(Floats value) {
    return reduce(value, [](Floats4 a, Floats4 b) { return a + b; });
}

AB_INLINE float largest(Floats value) {
    return reduce(value, [](Floats4 a, Floats4 b) { return a > b ? a : b; });
}

}  // namespace AB_VARIANT
