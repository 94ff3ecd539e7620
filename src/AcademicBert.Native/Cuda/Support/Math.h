// Elementary functions in fp32.
#pragma once
#include "Device.h"

AB_DEVICE float exponential(float x) { return power_of_two(x * 1.44269504f); }

AB_DEVICE float logarithm(float x) { return logarithm_of_two(x) * 0.69314718f; }

// Phi(x), the normal distribution, and phi(x), its density, as the CPU computes them: erf by Abramowitz and Stegun 7.1.26.
AB_DEVICE void normal(float x, float& distribution, float& density) {
    float magnitude = x < 0 ? -x : x, bell = exponential(x * x * -0.5f);
    float t = reciprocal(magnitude * 0.23164189f + 1);
    float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
    float tail = p * bell * 0.5f;
    distribution = x < 0 ? tail : 1 - tail;
    density = bell * 0.39894228f;
}
