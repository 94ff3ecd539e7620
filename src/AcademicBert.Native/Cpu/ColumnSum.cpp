// Column sums of a matrix: the gradient of a bias.
#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// into[c] += sum over rows of x[r, c]; rows are `stride` elements apart
template <typename T>
void column_sum(const void* x_RC, float* into_C, float* partial, int64_t rows, int64_t columns, int64_t stride) {
    auto x = static_cast<const T*>(x_RC);
    parallel_chunks(rows, [=](int64_t chunk, int64_t begin, int64_t end) {
        float* sums = partial + chunk * columns;
        for (int64_t c = 0; c < columns; c++)
            sums[c] = 0;
        for (int64_t r = begin; r < end; r++)
            for_vectors(columns, [=](long c, auto left) { store_some(sums + c, load_some(sums + c, left) + load_some(x + r * stride + c, left), left); });
    });
    add_chunks(into_C, partial, columns);
}

AB_INSTANTIATE(column_sum)

}  // namespace AB_VARIANT
