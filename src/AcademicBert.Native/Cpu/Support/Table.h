// The kernels of one instruction set. KernelTable.cs has the same members in the same order.
// Types: index 0 takes fp32 activations, index 1 bf16; biases, norms, statistics and the residual stream are always fp32.
#pragma once
#include <cstdint>

extern "C" {

struct AbDropout {
    uint32_t seed, step, site, threshold;
    uint32_t first_sample;
    float scale;
};

struct AbKernelTable {
    void (*bias_gelu_forward[2])(const void* x_RC, const float* bias_C, void* y_RC, int64_t rows, int64_t columns);
    void (*bias_gelu_backward[2])(const void* dy_RC, const void* x_RC, const float* bias_C, void* dx_RC, float* dbias_C, float* partial, int64_t rows, int64_t columns);
    void (*gated_gelu_forward[2])(const void* x_R2C, const float* bias_2C, void* y_RC, int64_t rows, int64_t columns);
    void (*gated_gelu_backward[2])(const void* dy_RC, const void* x_R2C, const float* bias_2C, void* dx_R2C, float* dbias_2C, float* partial, int64_t rows, int64_t columns);

    void (*residual_norm_forward[2])(
        const void* x_RC, const float* bias_C, const float* residual_RC, float* sum_RC, const float* weight_C, const float* shift_C, void* normed_RC,
        float* normed_stream_RC, float* statistics_R2, int64_t rows, int64_t columns, int64_t rows_per_sample, int32_t root_mean_square, const AbDropout* dropout);
    void (*residual_norm_backward[2])(
        const void* dnormed_RC, const float* dnormed_stream_RC, const float* sum_RC, const float* statistics_R2, const float* weight_C, float* dsum_RC, int32_t accumulate, void* dx_RC,
        float* dbias_C, float* dweight_C, float* dshift_C, float* partial, int64_t rows, int64_t columns, int64_t rows_per_sample, int32_t root_mean_square,
        const AbDropout* dropout);

    void (*attention_softmax_forward[2])(
        void* scores_BASS, void* dropped_BASS, const int32_t* lengths_B, int64_t batch, int64_t heads, int64_t length, float scale, const AbDropout* dropout);
    void (*attention_softmax_backward[2])(
        const void* probabilities_BASS, void* gradient_BASS, void* dropped_BASS, int64_t batch, int64_t heads, int64_t length, float scale, const AbDropout* dropout);

    void (*split_heads[2])(const void* projected_R3H, const float* bias_3H, void* heads_3BASD, int64_t batch, int64_t length, int64_t heads, int64_t size);
    void (*merge_heads[2])(const void* heads_BASD, void* merged_RH, int64_t batch, int64_t length, int64_t heads, int64_t size, int64_t parts);
    void (*part_heads[2])(const void* merged_RH, void* heads_BASD, int64_t batch, int64_t length, int64_t heads, int64_t size);

    double (*cross_entropy[2])(void* logits_NV, const float* bias_V, const int32_t* targets_N, float* losses_N, int64_t rows, int64_t words, int64_t stride);

    void (*embedding_forward)(
        const int32_t* ids_R, const int32_t* types_R, const float* words_VH, const float* positions_SH, const float* segments_TH, float* sum_RH,
        int64_t rows, int64_t length, int64_t columns);
    void (*embedding_backward)(
        const int32_t* ids_R, const int32_t* types_R, const float* dsum_RH, float* dwords_VH, float* dpositions_SH, float* dsegments_TH, int64_t rows,
        int64_t length, int64_t columns);
    void (*stream_dropout)(const float* from_RC, float* to_RC, int64_t rows, int64_t columns, int64_t rows_per_sample, const AbDropout* dropout);

    void (*column_sum[2])(const void* x_RC, float* into_C, float* partial, int64_t rows, int64_t columns, int64_t stride);
    void (*add_into[2])(const void* from, float* into, int64_t count);
    void (*to_bf16)(const float* from, void* to, int64_t count);
    void (*gather_rows[2])(const void* from_RC, const int32_t* positions_N, void* to_NC, int64_t count, int64_t columns);
    void (*scatter_rows[2])(const void* from_NC, const int32_t* positions_N, void* to_RC, int64_t count, int64_t rows, int64_t columns);
};

typedef int32_t (*AbParallelForPointer)(int64_t, int64_t, int64_t, void (*)(int64_t, int64_t, void*), void*);
}
