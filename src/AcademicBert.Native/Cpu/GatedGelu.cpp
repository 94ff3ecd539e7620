// GELU by erf of one half of each row times the other half, both with a bias, and the gradients of all of them.
#include "Support/Math.h"
#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// y = v z Phi(z), v = the first half + bias, z = the second half + bias
template <typename T>
void gated_gelu_forward(const void* x_R2C, const float* bias_2C, void* y_RC, int64_t rows, int64_t columns) {
    auto x = static_cast<const T*>(x_R2C);
    auto y = static_cast<T*>(y_RC);
    parallel_for(rows, 1 + 16384 / columns, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const T *values = x + 2 * r * columns, *gates = values + columns;
            for_vectors(columns, [=](long c, auto left) {
                Floats v = load_some(values + c, left) + load_some(bias_2C + c, left), distribution, density;
                Floats z = load_some(gates + c, left) + load_some(bias_2C + columns + c, left);
                normal(z, distribution, density);
                store_some(y + r * columns + c, v * z * distribution, left);
            });
        }
    });
}

// dv = dy z Phi(z), dz = dy v (Phi(z) + z phi(z)); dbias += column sums of both
template <typename T>
void gated_gelu_backward(const void* dy_RC, const void* x_R2C, const float* bias_2C, void* dx_R2C, float* dbias_2C, float* partial, int64_t rows, int64_t columns) {
    auto dy = static_cast<const T*>(dy_RC);
    auto x = static_cast<const T*>(x_R2C);
    auto dx = static_cast<T*>(dx_R2C);
    parallel_chunks(rows, [=](int64_t chunk, int64_t begin, int64_t end) {
        float* sums = partial + 2 * chunk * columns;
        for (int64_t c = 0; c < 2 * columns; c++)
            sums[c] = 0;
        for (int64_t r = begin; r < end; r++) {
            const T *values = x + 2 * r * columns, *gates = values + columns;
            T* gradients = dx + 2 * r * columns;
            for_vectors(columns, [=](long c, auto left) {
                Floats v = load_some(values + c, left) + load_some(bias_2C + c, left), distribution, density;
                Floats z = load_some(gates + c, left) + load_some(bias_2C + columns + c, left);
                normal(z, distribution, density);
                Floats gradient = load_some(dy + r * columns + c, left);
                Floats dv = gradient * z * distribution, dz = gradient * v * (distribution + z * density);
                store_some(gradients + c, dv, left);
                store_some(gradients + columns + c, dz, left);
                store_some(sums + c, load_some(sums + c, left) + dv, left);
                store_some(sums + columns + c, load_some(sums + columns + c, left) + dz, left);
            });
        }
    });
    add_chunks(dbias_2C, partial, 2 * columns);
}

AB_INSTANTIATE(gated_gelu_forward)
AB_INSTANTIATE(gated_gelu_backward)

}  // namespace AB_VARIANT
