// GELU by erf of x + bias, and its gradient with the bias's. A thread has eight columns, and rows in turn.
#include "Support/Math.h"
#include "Support/Memory.h"

struct BiasGelu {
    const void* x_RC;
    const float* bias_C;
    void* y_RC;
    int64 rows, columns;
};

// y = z Phi(z), z = x + bias
template <typename T>
AB_DEVICE void bias_gelu_forward(const BiasGelu& p) {
    auto x = (const T*)p.x_RC;
    auto y = (T*)p.y_RC;
    int64 column = 8 * ((int64)block_x() * thread_count() + thread_index());
    Part part = {(int)(p.columns - column), p.columns % 8 == 0};
    Floats8 bias = load(p.bias_C + column, part);
    for (int64 row = block_y(); row < p.rows; row += blocks_y()) {
        Floats8 values = load(x + row * p.columns + column, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            float z = values.at[i] + bias.at[i], distribution, density;
            normal(z, distribution, density);
            values.at[i] = z * distribution;
        }
        store(y + row * p.columns + column, values, part);
    }
}

struct BiasGeluGradient {
    const void *dy_RC, *x_RC;
    const float* bias_C;
    void* dx_RC;
    float* partial;
    int64 rows, columns;
};

// dx = dy (Phi(z) + z phi(z)), which may overwrite dy; partial sums of its columns as column_sum makes them
template <typename T>
AB_DEVICE void bias_gelu_backward(const BiasGeluGradient& p) {
    auto dy = (const T*)p.dy_RC;
    auto x = (const T*)p.x_RC;
    auto dx = (T*)p.dx_RC;
    int64 column = 8 * ((int64)block_x() * thread_count() + thread_index());
    Part part = {(int)(p.columns - column), p.columns % 8 == 0};
    Floats8 bias = load(p.bias_C + column, part), sums = all(0);
    for (int64 row = block_y(); row < p.rows; row += blocks_y()) {
        int64 at = row * p.columns + column;
        Floats8 values = load(x + at, part), gradients = load(dy + at, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++) {
            float z = values.at[i] + bias.at[i], distribution, density;
            normal(z, distribution, density);
            gradients.at[i] *= distribution + z * density;
            sums.at[i] += gradients.at[i];
        }
        store(dx + at, gradients, part);
    }
    store(p.partial + block_y() * p.columns + column, sums, part);
}

AB_KERNEL(bias_gelu_forward, BiasGelu)
AB_KERNEL(bias_gelu_backward, BiasGeluGradient)
