// Sum of word, position and segment embeddings, and the gradient straight into the tables.
#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// types may be null: all rows are of segment 0
void embedding_forward(
    const int32_t* ids_R, const int32_t* types_R, const float* words_VH, const float* positions_SH, const float* segments_TH, float* sum_RH, int64_t rows,
    int64_t length, int64_t columns) {
    parallel_for(rows, 1 + 8192 / columns, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const float *word = words_VH + ids_R[r] * columns, *position = positions_SH + r % length * columns;
            const float* segment = segments_TH + (types_R == nullptr ? 0 : types_R[r]) * columns;
            for (int64_t c = 0; c < columns; c += kLanes) {
                int64_t left = columns - c;
                store_some(sum_RH + r * columns + c, load_some(word + c, left) + load_some(position + c, left) + load_some(segment + c, left), left);
            }
        }
    });
}

// Each thread owns columns, not rows: rows of the same word never meet, and the order of additions is that of the rows.
void embedding_backward(
    const int32_t* ids_R, const int32_t* types_R, const float* dsum_RH, float* dwords_VH, float* dpositions_SH, float* dsegments_TH, int64_t rows,
    int64_t length, int64_t columns) {
    int64_t blocks = (columns + kLanes - 1) / kLanes;
    parallel_for(blocks, 1, [=](int64_t begin, int64_t end) {
        int64_t first = begin * kLanes, last = end * kLanes < columns ? end * kLanes : columns;
        for (int64_t r = 0; r < rows; r++) {
            float *word = dwords_VH + ids_R[r] * columns, *position = dpositions_SH + r % length * columns;
            float* segment = dsegments_TH + (types_R == nullptr ? 0 : types_R[r]) * columns;
            for (int64_t c = first; c < last; c += kLanes) {
                int64_t left = last - c;
                Floats gradient = load_some(dsum_RH + r * columns + c, left);
                store_some(word + c, load_some(word + c, left) + gradient, left);
                store_some(position + c, load_some(position + c, left) + gradient, left);
                store_some(segment + c, load_some(segment + c, left) + gradient, left);
            }
        }
    });
}

}  // namespace AB_VARIANT
