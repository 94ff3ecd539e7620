// Passes over flat fp32 buffers: the squared norm of the gradient, and AdamW in place.
#include "Support/Memory.h"

struct SquaredNorm {
    const float* values;
    double* partial;
    int64 count;
};

// partial[block] = sum of squares of what the block takes; not finite when an element is not
AB_DEVICE void squared_norm(const SquaredNorm& p) {
    AB_SHARED static double sums[512];
    double sum = 0;
    for (int64 i = 8 * ((int64)block_x() * thread_count() + thread_index()); i < p.count; i += 8 * (int64)blocks_x() * thread_count()) {
        Floats8 values = load(p.values + i, Part{(int)smaller(p.count - i, 8), true});
        AB_UNROLL
        for (int k = 0; k < 8; k++)
            sum += (double)values.at[k] * values.at[k];
    }
    sums[thread_index()] = sum;
    for (uint32 half = thread_count() / 2; half > 0; half /= 2) {
        barrier();
        if (thread_index() < half)
            sums[thread_index()] += sums[thread_index() + half];
    }
    if (thread_index() == 0)
        p.partial[block_x()] = sums[0];
}

// The numbers of one AdamW update, as AdamWStep.cs has them.
struct AdamWStep {
    float gradient_scale, beta1, beta2, epsilon, step_size, inverse_root_correction2, decay_before, decay_inside, decay_after, decay_in_gradient;
};

struct AdamW {
    float* values;
    const float* gradients;
    float *first, *second;
    const uint8* decays;  // for every sixteen parameters, whether they decay
    int64 count;
    AdamWStep decaying, other;
};

AB_DEVICE void adamw(const AdamW& p) {
    for (int64 i = 8 * ((int64)block_x() * thread_count() + thread_index()); i < p.count; i += 8 * (int64)blocks_x() * thread_count()) {
        Part part = {(int)smaller(p.count - i, 8), true};
        bool decays = p.decays[i / 16] != 0;
        float gradient_scale = p.other.gradient_scale, beta1 = p.other.beta1, beta2 = p.other.beta2, epsilon = p.other.epsilon, correction = p.other.inverse_root_correction2;
        float size = p.other.step_size, before = decays ? p.decaying.decay_before - p.decaying.decay_inside : p.other.decay_before - p.other.decay_inside;
        float after = decays ? p.decaying.decay_after : p.other.decay_after, in_gradient = decays ? p.decaying.decay_in_gradient : p.other.decay_in_gradient;
        Floats8 value = load(p.values + i, part), gradient = load(p.gradients + i, part), mean = load(p.first + i, part), square = load(p.second + i, part);
        AB_UNROLL
        for (int k = 0; k < 8; k++) {
            float g = gradient.at[k] * gradient_scale + value.at[k] * in_gradient;
            mean.at[k] = mean.at[k] * beta1 + g * (1 - beta1);
            square.at[k] = square.at[k] * beta2 + g * g * (1 - beta2);
            float update = mean.at[k] / (square_root(square.at[k]) * correction + epsilon);
            value.at[k] = (value.at[k] * before - update * size) * after;
        }
        store(p.first + i, mean, part);
        store(p.second + i, square, part);
        store(p.values + i, value, part);
    }
}

AB_PLAIN_KERNEL(squared_norm, SquaredNorm)
AB_PLAIN_KERNEL(adamw, AdamW)
