// GELU by erf of x + bias, and its gradient with the bias's.
#include "Support/Math.h"
#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// y = z Phi(z), z = x + bias
template <typename T>
void bias_gelu_forward(const void* x_RC, const float* bias_C, void* y_RC, int64_t rows, int64_t columns) {
    auto x = static_cast<const T*>(x_RC);
    auto y = static_cast<T*>(y_RC);
    parallel_for(rows, 1 + 16384 / columns, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            for_vectors(columns, [=](long c, auto left) {
                int64_t at = r * columns + c;
                Floats z = load_some(x + at, left) + load_some(bias_C + c, left), distribution, density;
                normal(z, distribution, density);
                store_some(y + at, z * distribution, left);
            });
        }
    });
}

// dx = dy (Phi(z) + z phi(z)); dbias += column sums of dx. dx may be dy.
template <typename T>
void bias_gelu_backward(const void* dy_RC, const void* x_RC, const float* bias_C, void* dx_RC, float* dbias_C, float* partial, int64_t rows, int64_t columns) {
    auto dy = static_cast<const T*>(dy_RC);
    auto x = static_cast<const T*>(x_RC);
    auto dx = static_cast<T*>(dx_RC);
    parallel_chunks(rows, [=](int64_t chunk, int64_t begin, int64_t end) {
        float* sums = partial + chunk * columns;
        for (int64_t c = 0; c < columns; c++)
            sums[c] = 0;
        for (int64_t r = begin; r < end; r++) {
            for_vectors(columns, [=](long c, auto left) {
                int64_t at = r * columns + c;
                Floats z = load_some(x + at, left) + load_some(bias_C + c, left), distribution, density;
                normal(z, distribution, density);
                Floats gradient = load_some(dy + at, left) * (distribution + z * density);
                store_some(dx + at, gradient, left);
                store_some(sums + c, load_some(sums + c, left) + gradient, left);
            });
        }
    });
    add_chunks(dbias_C, partial, columns);
}

AB_INSTANTIATE(bias_gelu_forward)
AB_INSTANTIATE(bias_gelu_backward)

}  // namespace AB_VARIANT
