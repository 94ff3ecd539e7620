// Copies between types and places.
#include <cstring>

#include "Support/Kernels.h"
#include "Support/Parallel.h"

namespace AB_VARIANT {

constexpr int64_t kGrain = 16384;

// into += from
template <typename T>
void add_into(const void* from, float* into, int64_t count) {
    auto source = static_cast<const T*>(from);
    parallel_for((count + kLanes - 1) / kLanes, kGrain / kLanes, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin * kLanes; i < end * kLanes && i < count; i += kLanes)
            store_some(into + i, load_some(into + i, count - i) + load_some(source + i, count - i), count - i);
    });
}

void to_bf16(const float* from, void* to, int64_t count) {
    auto target = static_cast<Bf16*>(to);
    parallel_for((count + kLanes - 1) / kLanes, kGrain / kLanes, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin * kLanes; i < end * kLanes && i < count; i += kLanes)
            store_some(target + i, load_some(from + i, count - i), count - i);
    });
}

// to[n] = from[positions[n]]
template <typename T>
void gather_rows(const void* from_RC, const int32_t* positions_N, void* to_NC, int64_t count, int64_t columns) {
    auto from = static_cast<const T*>(from_RC);
    auto to = static_cast<T*>(to_NC);
    for (int64_t n = 0; n < count; n++)
        std::memcpy(to + n * columns, from + positions_N[n] * columns, columns * sizeof(T));
}

// to[positions[n]] = from[n], 0 in all other rows
template <typename T>
void scatter_rows(const void* from_NC, const int32_t* positions_N, void* to_RC, int64_t count, int64_t rows, int64_t columns) {
    auto from = static_cast<const T*>(from_NC);
    auto to = static_cast<T*>(to_RC);
    std::memset(static_cast<void*>(to), 0, rows * columns * sizeof(T));
    for (int64_t n = 0; n < count; n++)
        std::memcpy(to + positions_N[n] * columns, from + n * columns, columns * sizeof(T));
}

AB_INSTANTIATE(add_into)
AB_INSTANTIATE(gather_rows)
AB_INSTANTIATE(scatter_rows)

}  // namespace AB_VARIANT
