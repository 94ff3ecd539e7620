// Softmax cross-entropy over a vocabulary, in place: logits become the gradient of the summed loss, times a loss scale. A block has a row.
#include "Support/Math.h"
#include "Support/Rows.h"

struct CrossEntropy {
    void* logits_NV;
    const float* bias_V;
    const int32* targets_N;
    float* losses_N;
    int64 rows, words, stride;
    float gradient_scale;
};

// Columns from `words` to `stride` are padding and get the gradient 0; bias may be null.
template <typename T>
AB_DEVICE void cross_entropy(const CrossEntropy& p) {
    T* row = (T*)p.logits_NV + (int64)block_x() * p.stride;
    bool aligned = p.stride % 8 == 0;
    uint32 lanes = thread_count();
    // A thread's largest logit so far, and the sum of exponentials below it.
    float highest = -3e38f, total = 0;
    for (int64 column = 8 * thread_index(); column < p.words; column += 8 * lanes) {
        Part part = {(int)smaller(p.words - column, 8), aligned};
        Floats8 values = load(row + column, part, -3e38f);
        Floats8 bias = p.bias_V == nullptr ? all(0) : load(p.bias_V + column, part);
        float top = highest;
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            values.at[i] += bias.at[i];
            top = larger(values.at[i], top);
        }
        total *= exponential(highest - top);
        highest = top;
        AB_UNROLL
        for (int i = 0; i < 8; i++)
            total += exponential(values.at[i] - top);
    }
    float top = group_largest(highest, lanes);
    float denominator = group_sum(total * exponential(highest - top), lanes);
    int32 target = p.targets_N[block_x()];
    if (thread_index() == 0)
        p.losses_N[block_x()] = top + logarithm(denominator) - (to_float(row[target]) + (p.bias_V == nullptr ? 0 : p.bias_V[target]));
    barrier();
    float inverse = p.gradient_scale / denominator;
    for (int64 column = 8 * thread_index(); column < p.stride; column += 8 * lanes) {
        Part part = {(int)smaller(p.stride - column, 8), aligned}, known = {(int)smaller(p.words - column, 8), true};
        Floats8 values = load(row + column, part);
        Floats8 bias = p.bias_V == nullptr ? all(0) : load(p.bias_V + column, known);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            float gradient = exponential(values.at[i] + bias.at[i] - top) * inverse - (column + i == target ? p.gradient_scale : 0);
            values.at[i] = i < known.left ? gradient : 0;
        }
        store(row + column, values, part);
    }
}

struct LossSum {
    const float* losses_N;
    double* into;
    int64 count;
};

// into += sum of the losses, in a fixed order; one block of 512 threads
AB_DEVICE void loss_sum(const LossSum& p) {
    AB_SHARED static double sums[512];
    double sum = 0;
    for (int64 i = thread_index(); i < p.count; i += thread_count())
        sum += p.losses_N[i];
    sums[thread_index()] = sum;
    for (uint32 half = thread_count() / 2; half > 0; half /= 2) {
        barrier();
        if (thread_index() < half)
            sums[thread_index()] += sums[thread_index() + half];
    }
    if (thread_index() == 0)
        *p.into += sums[0];
}

AB_KERNEL(cross_entropy, CrossEntropy)
AB_PLAIN_KERNEL(loss_sum, LossSum)
