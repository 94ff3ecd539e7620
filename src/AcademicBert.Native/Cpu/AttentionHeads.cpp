// Between the layout of projections, (B, S, 3, A, D), and that of attention, (3, B, A, S, D).
#include <cstring>

#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

// heads = projected + bias, for query, key and value
template <typename T>
void split_heads(const void* projected_R3H, const float* bias_3H, void* heads_3BASD, int64_t batch, int64_t length, int64_t heads, int64_t size) {
    auto projected = static_cast<const T*>(projected_R3H);
    auto out = static_cast<T*>(heads_3BASD);
    int64_t hidden = heads * size, part_stride = batch * length * hidden;
    parallel_for(batch * length, 1 + 8192 / (3 * hidden), [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            int64_t b = r / length, s = r % length;
            for (int64_t part = 0; part < 3; part++) {
                for (int64_t head = 0; head < heads; head++) {
                    const T* from = projected + r * 3 * hidden + part * hidden + head * size;
                    const float* bias = bias_3H + part * hidden + head * size;
                    T* to = out + part * part_stride + ((b * heads + head) * length + s) * size;
                    for (int64_t d = 0; d < size; d += kLanes)
                        store_some(to + d, load_some(from + d, size - d) + load_some(bias + d, size - d), size - d);
                }
            }
        }
    });
}

// (parts, B, A, S, D) to (B, S, parts, A, D)
template <typename T>
void merge_heads(const void* heads_BASD, void* merged_RH, int64_t batch, int64_t length, int64_t heads, int64_t size, int64_t parts) {
    auto in = static_cast<const T*>(heads_BASD);
    auto merged = static_cast<T*>(merged_RH);
    int64_t hidden = heads * size, part_stride = batch * length * hidden;
    parallel_for(batch * length, 1 + 8192 / (parts * hidden), [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            int64_t b = r / length, s = r % length;
            for (int64_t part = 0; part < parts; part++)
                for (int64_t head = 0; head < heads; head++)
                    std::memcpy(
                        merged + (r * parts + part) * hidden + head * size, in + part * part_stride + ((b * heads + head) * length + s) * size, size * sizeof(T));
        }
    });
}

// (B, S, A, D) to (B, A, S, D)
template <typename T>
void part_heads(const void* merged_RH, void* heads_BASD, int64_t batch, int64_t length, int64_t heads, int64_t size) {
    auto merged = static_cast<const T*>(merged_RH);
    auto out = static_cast<T*>(heads_BASD);
    int64_t hidden = heads * size;
    parallel_for(batch * length, 1 + 8192 / hidden, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++)
            for (int64_t head = 0; head < heads; head++)
                std::memcpy(out + ((r / length * heads + head) * length + r % length) * size, merged + r * hidden + head * size, size * sizeof(T));
    });
}

AB_INSTANTIATE(split_heads)
AB_INSTANTIATE(merge_heads)
AB_INSTANTIATE(part_heads)

}  // namespace AB_VARIANT
