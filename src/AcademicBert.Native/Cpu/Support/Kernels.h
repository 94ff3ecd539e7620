// Declares every kernel, so that the table can name those of all files.
#pragma once
#include "Memory.h"
#include "Table.h"


#define AB_INSTANTIATE(kernel)                      \
    template decltype(kernel<float>) kernel<float>; \
    template decltype(kernel<Bf16>) kernel<Bf16>;

namespace AB_VARIANT {

template <typename T>
void bias_gelu_forward(const void*, const float*, void*, int64_t, int64_t);
template <typename T>
void bias_gelu_backward(const void*, const void*, const float*, void*, float*, float*, int64_t, int64_t);
template <typename T>
void gated_gelu_forward(const void*, const float*, void*, int64_t, int64_t);
template <typename T>
void gated_gelu_backward(const void*, const void*, const float*, void*, float*, float*, int64_t, int64_t);
template <typename T>
void residual_norm_forward(
    const void*, const float*, const float*, float*, const float*, const float*, void*, float*, float*, int64_t, int64_t, int64_t, int32_t, const AbDropout*);
template <typename T>
void residual_norm_backward(
    const void*, const float*, const float*, const float*, const float*, float*, int32_t, void*, float*, float*, float*, float*, int64_t, int64_t, int64_t, int32_t,
    const AbDropout*);
template <typename T>
void attention_softmax_forward(void*, void*, const int32_t*, int64_t, int64_t, int64_t, float, const AbDropout*);
template <typename T>
void attention_softmax_backward(const void*, void*, void*, int64_t, int64_t, int64_t, float, const AbDropout*);
template <typename T>
void split_heads(const void*, const float*, void*, int64_t, int64_t, int64_t, int64_t);
template <typename T>
void merge_heads(const void*, void*, int64_t, int64_t, int64_t, int64_t, int64_t);
template <typename T>
void part_heads(const void*, void*, int64_t, int64_t, int64_t, int64_t);
template <typename T>
double cross_entropy(void*, const float*, const int32_t*, float*, int64_t, int64_t, int64_t);
void embedding_forward(const int32_t*, const int32_t*, const float*, const float*, const float*, float*, int64_t, int64_t, int64_t);
void embedding_backward(const int32_t*, const int32_t*, const float*, float*, float*, float*, int64_t, int64_t, int64_t);
void stream_dropout(const float*, float*, int64_t, int64_t, int64_t, const AbDropout*);
template <typename T>
void column_sum(const void*, float*, float*, int64_t, int64_t, int64_t);
template <typename T>
void add_into(const void*, float*, int64_t);
void to_bf16(const float*, void*, int64_t);
template <typename T>
void gather_rows(const void*, const int32_t*, void*, int64_t, int64_t);
template <typename T>
void scatter_rows(const void*, const int32_t*, void*, int64_t, int64_t, int64_t);

}  // namespace AB_VARIANT
