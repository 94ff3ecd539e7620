#include "Kernels.h"

namespace AB_VARIANT {

#define AB_BOTH(kernel) {kernel<float>, kernel<Bf16>}

extern const AbKernelTable table;
const AbKernelTable table = {
    AB_BOTH(bias_gelu_forward),
    AB_BOTH(bias_gelu_backward),
    AB_BOTH(gated_gelu_forward),
    AB_BOTH(gated_gelu_backward),
    AB_BOTH(residual_norm_forward),
    AB_BOTH(residual_norm_backward),
    AB_BOTH(attention_softmax_forward),
    AB_BOTH(attention_softmax_backward),
    AB_BOTH(split_heads),
    AB_BOTH(merge_heads),
    AB_BOTH(part_heads),
    AB_BOTH(cross_entropy),
    embedding_forward,
    embedding_backward,
    stream_dropout,
    AB_BOTH(column_sum),
    AB_BOTH(add_into),
    to_bf16,
    AB_BOTH(gather_rows),
    AB_BOTH(scatter_rows),
};

}  // namespace AB_VARIANT
