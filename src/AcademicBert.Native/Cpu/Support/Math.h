// Elementary functions on sixteen floats, to about two units in the last place.
#pragma once
#include "Vector.h"

namespace AB_VARIANT {

// e^x: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]. Saturates where fp32 does.
AB_INLINE Floats exponential(Floats x) {
    Floats limited = minimum(maximum(x, broadcast(-87.3f)), broadcast(88.3f));
    Floats shifted = limited * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: the integer ends up in the low bits
    Floats whole = shifted - 12582912.0f;
    Floats rest = limited - whole * 0.693359375f;
    rest = rest + whole * 2.12194440e-4f;
    Floats p = broadcast(1.9875691500e-4f);
    p = p * rest + 1.3981999507e-3f;
    p = p * rest + 8.3334519073e-3f;
    p = p * rest + 4.1665795894e-2f;
    p = p * rest + 1.6666665459e-1f;
    p = p * rest + 5.0000001201e-1f;
    p = p * rest * rest + rest + 1.0f;
    Words exponent = (bits_of(shifted) + 127u) << 23;
    return select(x < -87.3f, Floats{}, p * floats_of(exponent));
}

// Phi(x), the normal distribution, and phi(x), its density: what GELU and its derivative are made of.
// Erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7.
AB_INLINE void normal(Floats x, Floats& distribution, Floats& density) {
    Floats magnitude = floats_of(bits_of(x) & 0x7FFFFFFFu);
    Floats bell = exponential(x * x * -0.5f);
    Floats t = 1.0f / (magnitude * 0.23164189f + 1.0f);
    Floats p = broadcast(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    Floats tail = p * t * bell * 0.5f;
    distribution = select(x < 0.0f, tail, 1.0f - tail);
    density = bell * 0.39894228f;
}

}  // namespace AB_VARIANT
