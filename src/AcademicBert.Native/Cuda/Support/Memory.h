// Eight neighbours at a time, in fp32 whatever their type in memory. Arrays start at multiples of 16 bytes.
#pragma once
#include "Device.h"

struct Bf16 {
    uint16 bits;
};

struct Half {
    uint16 bits;
};

struct alignas(16) Words4 {
    uint32 at[4];
};

struct Floats8 {
    float at[8];
};

AB_DEVICE Floats8 all(float value) {
    return {{value, value, value, value, value, value, value, value}};
}

AB_DEVICE float to_float(float value) { return value; }
AB_DEVICE float to_float(Bf16 value) { return float_of((uint32)value.bits << 16); }
AB_DEVICE float to_float(Half value) {
#if defined(AB_EMULATOR)
    return emulator::from_half(value.bits);
#else
    float result;
    asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
    return result;
#endif
}

// To nearest even; a NaN stays one, and what fp16 cannot hold becomes infinity.
AB_DEVICE void from_float(float value, float& result) { result = value; }
AB_DEVICE void from_float(float value, Bf16& result) {
#if !defined(AB_EMULATOR) && __CUDA_ARCH__ >= 800
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
#else
    uint32 bits = bits_of(value);
    result.bits = (uint16)(value != value ? (bits >> 16) | 0x40u : (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
#endif
}
AB_DEVICE void from_float(float value, Half& result) {
#if defined(AB_EMULATOR)
    result.bits = emulator::to_half(value);
#else
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
#endif
}

template <typename T>
AB_DEVICE uint32 pack(float low, float high) {
    T a, b;
    from_float(low, a);
    from_float(high, b);
    return (uint32)a.bits | (uint32)b.bits << 16;
}

AB_DEVICE Floats8 load_whole(const float* from) {
    Words4 low = *(const Words4*)from, high = *((const Words4*)from + 1);
    Floats8 result;
    AB_UNROLL
    for (int i = 0; i < 4; i++) {
        result.at[i] = float_of(low.at[i]);
        result.at[4 + i] = float_of(high.at[i]);
    }
    return result;
}

template <typename T>
AB_DEVICE Floats8 load_whole(const T* from) {
    Words4 words = *(const Words4*)from;
    Floats8 result;
    AB_UNROLL
    for (int i = 0; i < 4; i++) {
        result.at[2 * i] = to_float(T{(uint16)words.at[i]});
        result.at[2 * i + 1] = to_float(T{(uint16)(words.at[i] >> 16)});
    }
    return result;
}

AB_DEVICE void store_whole(float* to, const Floats8& values) {
    Words4 low, high;
    AB_UNROLL
    for (int i = 0; i < 4; i++) {
        low.at[i] = bits_of(values.at[i]);
        high.at[i] = bits_of(values.at[4 + i]);
    }
    *(Words4*)to = low;
    *((Words4*)to + 1) = high;
}

template <typename T>
AB_DEVICE void store_whole(T* to, const Floats8& values) {
    Words4 words;
    AB_UNROLL
    for (int i = 0; i < 4; i++)
        words.at[i] = pack<T>(values.at[2 * i], values.at[2 * i + 1]);
    *(Words4*)to = words;
}

// Which of eight columns there are, and whether all rows start at multiples of 16 bytes, so that they move at once.
struct Part {
    int left;
    bool aligned;

    AB_DEVICE_MEMBER bool whole() const { return aligned && left >= 8; }
};

template <typename T>
AB_DEVICE Floats8 load(const T* from, Part part, float fill = 0) {
    if (part.whole())
        return load_whole(from);
    Floats8 result = all(fill);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        if (i < part.left)
            result.at[i] = to_float(from[i]);
    return result;
}

template <typename T>
AB_DEVICE void store(T* to, const Floats8& values, Part part) {
    if (part.whole()) {
        store_whole(to, values);
        return;
    }
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        if (i < part.left)
            from_float(values.at[i], to[i]);
}
