// GELU by erf of one half of each row times the other half, both with a bias, and their gradients. A thread has eight columns of each
// half, and rows in turn.
#include "Support/Math.h"
#include "Support/Memory.h"

struct GatedGelu {
    const void* x_R2C;
    const float* bias_2C;
    void* y_RC;
    int64 rows, columns;
};

// y = v z Phi(z), v = the first half + bias, z = the second half + bias
template <typename T>
AB_DEVICE void gated_gelu_forward(const GatedGelu& p) {
    auto x = (const T*)p.x_R2C;
    auto y = (T*)p.y_RC;
    int64 column = 8 * ((int64)block_x() * thread_count() + thread_index());
    Part part = {(int)(p.columns - column), p.columns % 8 == 0};
    Floats8 bias = load(p.bias_2C + column, part), gate_bias = load(p.bias_2C + p.columns + column, part);
    for (int64 row = block_y(); row < p.rows; row += blocks_y()) {
        const T* at = x + 2 * row * p.columns + column;
        Floats8 values = load(at, part), gates = load(at + p.columns, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            float z = gates.at[i] + gate_bias.at[i], distribution, density;
            normal(z, distribution, density);
            values.at[i] = (values.at[i] + bias.at[i]) * z * distribution;
        }
        store(y + row * p.columns + column, values, part);
    }
}

struct GatedGeluGradient {
    const void *dy_RC, *x_R2C;
    const float* bias_2C;
    void* dx_R2C;
    float* partial;
    int64 rows, columns;
};

// dv = dy z Phi(z), dz = dy v (Phi(z) + z phi(z)); partial sums of their columns as column_sum makes them
template <typename T>
AB_DEVICE void gated_gelu_backward(const GatedGeluGradient& p) {
    auto dy = (const T*)p.dy_RC;
    auto x = (const T*)p.x_R2C;
    auto dx = (T*)p.dx_R2C;
    int64 column = 8 * ((int64)block_x() * thread_count() + thread_index());
    Part part = {(int)(p.columns - column), p.columns % 8 == 0};
    Floats8 bias = load(p.bias_2C + column, part), gate_bias = load(p.bias_2C + p.columns + column, part), sums = all(0), gate_sums = all(0);
    for (int64 row = block_y(); row < p.rows; row += blocks_y()) {
        int64 at = 2 * row * p.columns + column;
        Floats8 values = load(x + at, part), gates = load(x + at + p.columns, part), gradients = load(dy + row * p.columns + column, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            float v = values.at[i] + bias.at[i], z = gates.at[i] + gate_bias.at[i], distribution, density;
            normal(z, distribution, density);
            values.at[i] = gradients.at[i] * z * distribution;
            gates.at[i] = gradients.at[i] * v * (distribution + z * density);
            sums.at[i] += values.at[i];
            gate_sums.at[i] += gates.at[i];
        }
        store(dx + at, values, part);
        store(dx + at + p.columns, gates, part);
    }
    store(p.partial + 2 * block_y() * p.columns + column, sums, part);
    store(p.partial + (2 * block_y() + 1) * p.columns + column, gate_sums, part);
}

AB_KERNEL(gated_gelu_forward, GatedGelu)
AB_KERNEL(gated_gelu_backward, GatedGeluGradient)
