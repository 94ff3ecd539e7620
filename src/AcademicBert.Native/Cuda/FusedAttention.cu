// Attention of up to 128 tokens with heads of 64 in one pass: a block has a head of a sample, a warp sixteen of its queries. Scores never
// leave the registers; the backward pass computes them again. It reads and writes the layout of projections, (B, S, 3, A, 64).
#include "Support/Dropout.h"
#include "Support/Math.h"
#include "Support/Matrix.h"

#if defined(AB_TENSOR_CORES)
constexpr uint32 kTokens = 128, kSize = 64, kThreads = 256;
// Rows that lie 16 bytes apart in the banks of shared memory, so that eight of them are read at once.
constexpr uint32 kStride = kSize + 8, kScoreStride = kTokens + 8;
constexpr uint32 kRowsPerHead = 65536;

struct FusedAttention {
    const void* projected_R3H;
    const float* bias_3H;
    const int32* lengths_B;
    void* context_RH;
    float* logsums_BAS;
    const void* dcontext_RH;
    void* dprojected_R3H;
    int64 heads, length;
    float scale;
    Dropout dropout;
};

// A head of a sample, and the sixteen queries of a warp.
struct HeadPlace {
    uint32 sample, head, length, hidden, visible, query, row, column;

    AB_DEVICE_MEMBER HeadPlace(const FusedAttention& p) {
        uint32 heads = (uint32)p.heads, lane = thread_index() % 32;
        length = (uint32)p.length;
        hidden = heads * kSize;
        sample = block_x() / heads;
        head = block_x() % heads;
        visible = p.lengths_B == nullptr ? length : (uint32)p.lengths_B[sample];
        query = thread_index() / 32 * 16;
        row = lane / 4;           // of a lane's results: row and row + 8
        column = lane % 4 * 2;    // column and column + 1
    }
};

// A tile of 128 tokens: a part of the projections with its bias, or (bias null) of another matrix; rows behind the end are 0.
template <typename T>
AB_DEVICE void load_tile(T* tile, const T* from, const float* bias, uint32 length, uint32 stride) {
    for (uint32 i = thread_index(); i < kTokens * kSize / 8; i += kThreads) {
        uint32 token = i / (kSize / 8), at = i % (kSize / 8) * 8;
        Floats8 values = token < length ? load_whole(from + (int64)token * stride + at) : all(0);
        if (bias != nullptr && token < length) {
            Floats8 add = load_whole(bias + at);
            AB_UNROLL
            for (int k = 0; k < 8; k++)
                values.at[k] += add.at[k];
        }
        store_whole(tile + token * kStride + at, values);
    }
}

// results (16 queries × 128) += left tile's rows of the warp times the rows of the right tile
template <typename T>
AB_DEVICE void multiply_rows(Result (&results)[16], const T* left, const T* right, const HeadPlace& place) {
    AB_UNROLL
    for (uint32 k = 0; k < kSize; k += 16) {
        Left a = load_matrices(left_address(left, kStride, place.query, k));
        AB_UNROLL
        for (uint32 n = 0; n < kTokens; n += 16)
            multiply_add_two<T>(results + n / 8, a, load_matrices(right_address(right, kStride, n, k)));
    }
}

// results (16 × 64) += sixteen rows of a (its packed results) times the tile
template <typename T>
AB_DEVICE void multiply_tile(Result (&results)[8], const Left (&a)[8], const T* tile) {
    AB_UNROLL
    for (uint32 k = 0; k < kTokens; k += 16)
        AB_UNROLL
        for (uint32 n = 0; n < kSize; n += 16)
            multiply_add_two<T>(results + n / 8, a[k / 16], load_transposed(left_address(tile, kStride, k, n)));
}

// results (16 keys × 64) += the transpose of sixteen columns of the scores, times the tile
template <typename T>
AB_DEVICE void multiply_transposed(Result (&results)[8], const T* scores, const T* tile, const HeadPlace& place) {
    AB_UNROLL
    for (uint32 k = 0; k < kTokens; k += 16) {
        Left a = load_transposed(right_address(scores, kScoreStride, k, place.query));
        AB_UNROLL
        for (uint32 n = 0; n < kSize; n += 16)
            multiply_add_two<T>(results + n / 8, a, load_transposed(left_address(tile, kStride, k, n)));
    }
}

// Two neighbours of 8-column results as a left operand.
template <typename T>
AB_DEVICE Left packed(const Result& low, const Result& high) {
    return {{pack<T>(low.at[0], low.at[1]), pack<T>(low.at[2], low.at[3]), pack<T>(high.at[0], high.at[1]), pack<T>(high.at[2], high.at[3])}};
}

template <typename T>
AB_DEVICE void store_results(T* to, uint32 stride, const Result (&results)[8], const HeadPlace& place) {
    AB_UNROLL
    for (uint32 half = 0; half < 2; half++) {
        uint32 token = place.query + place.row + 8 * half;
        if (token >= place.length)
            continue;
        AB_UNROLL
        for (uint32 n = 0; n < 8; n++)
            *(Pair*)(to + (int64)token * stride + 8 * n + place.column) = pack<T>(results[n].at[2 * half], results[n].at[2 * half + 1]);
    }
}

// A lane's keep decisions for the 32 columns it has of a query: bit 2 * tile + column. Four calls make them all.
AB_DEVICE uint32 keeps(const Dropout& dropout, const HeadPlace& place, uint32 query) {
    uint32 bits = 0;
    AB_UNROLL
    for (uint32 call = 0; call < 4; call++) {
        uint32 vector = place.column + call / 2 * 8 + call % 2;
        Words4 words = philox(vector, place.head * kRowsPerHead + query, dropout.first_sample + place.sample, dropout.site, dropout.seed, dropout.step);
        AB_UNROLL
        for (uint32 slot = 0; slot < 8; slot++)
            bits |= (uint32)((words.at[slot / 2] >> (slot % 2 * 16) & 0xFFFFu) >= dropout.threshold) << (2 * (2 * slot + call / 2) + call % 2);
    }
    return bits;
}

AB_DEVICE float quad_sum(float value) {
    value += shuffle_xor(value, 1);
    return value + shuffle_xor(value, 2);
}

template <typename T>
AB_DEVICE void fused_attention_forward(const FusedAttention& p) {
    HeadPlace place(p);
    T* queries = dynamic_shared<T>();
    T *keys = queries + kTokens * kStride, *values = keys + kTokens * kStride;
    uint32 stride = 3 * place.hidden, at = place.head * kSize;
    const T* projected = (const T*)p.projected_R3H + (int64)place.sample * place.length * stride + at;
    load_tile(queries, projected, p.bias_3H + at, place.length, stride);
    load_tile(keys, projected + place.hidden, p.bias_3H + place.hidden + at, place.length, stride);
    load_tile(values, projected + 2 * place.hidden, p.bias_3H + 2 * place.hidden + at, place.length, stride);
    barrier();

    Result scores[16] = {};
    multiply_rows(scores, queries, keys, place);
    AB_UNROLL
    for (uint32 half = 0; half < 2; half++) {
        uint32 query = place.query + place.row + 8 * half;
        float highest = -3e38f, total = 0;
        AB_UNROLL
        for (uint32 i = 0; i < 32; i++)
            if (i / 2 * 8 + place.column + i % 2 < place.visible && scores[i / 2].at[2 * half + i % 2] > highest)
                highest = scores[i / 2].at[2 * half + i % 2];
        AB_UNROLL
        for (uint32 mask = 1; mask <= 2; mask *= 2) {
            float other = shuffle_xor(highest, mask);
            highest = other > highest ? other : highest;
        }
        AB_UNROLL
        for (uint32 i = 0; i < 32; i++) {
            float& score = scores[i / 2].at[2 * half + i % 2];
            score = i / 2 * 8 + place.column + i % 2 < place.visible ? exponential((score - highest) * p.scale) : 0;
            total += score;
        }
        total = quad_sum(total);
        if (place.column == 0 && query < place.length)
            p.logsums_BAS[(int64)block_x() * place.length + query] = highest * p.scale + logarithm(total);
        float inverse = 1 / total;
        uint32 kept = p.dropout.threshold == 0 ? ~0u : keeps(p.dropout, place, query);
        float scale = p.dropout.threshold == 0 ? inverse : inverse * p.dropout.scale;
        AB_UNROLL
        for (uint32 i = 0; i < 32; i++)
            scores[i / 2].at[2 * half + i % 2] *= (kept >> i & 1) != 0 ? scale : 0;
    }

    Left probabilities[8];
    AB_UNROLL
    for (uint32 i = 0; i < 8; i++)
        probabilities[i] = packed<T>(scores[2 * i], scores[2 * i + 1]);
    Result context[8] = {};
    multiply_tile(context, probabilities, values);
    store_results((T*)p.context_RH + (int64)place.sample * place.length * place.hidden + at, place.hidden, context, place);
}

// Sixteen rows of packed results into the scores' tile.
AB_DEVICE void store_scores(Pair* tile, const Left (&rows)[8], const HeadPlace& place) {
    AB_UNROLL
    for (uint32 i = 0; i < 8; i++)
        AB_UNROLL
        for (uint32 k = 0; k < 4; k++)
            tile[((place.query + place.row + k % 2 * 8) * kScoreStride + 16 * i + k / 2 * 8 + place.column) / 2] = rows[i].at[k];
}

template <typename T>
AB_DEVICE void fused_attention_backward(const FusedAttention& p) {
    HeadPlace place(p);
    T* queries = dynamic_shared<T>();
    T *keys = queries + kTokens * kStride, *dcontext = keys + kTokens * kStride, *scores_tile = dcontext + kTokens * kStride;
    // Values are read before scores are written.
    T* values = scores_tile;
    uint32 stride = 3 * place.hidden, at = place.head * kSize;
    int64 first = (int64)place.sample * place.length * stride + at;
    const T* projected = (const T*)p.projected_R3H + first;
    load_tile(queries, projected, p.bias_3H + at, place.length, stride);
    load_tile(keys, projected + place.hidden, p.bias_3H + place.hidden + at, place.length, stride);
    load_tile(values, projected + 2 * place.hidden, p.bias_3H + 2 * place.hidden + at, place.length, stride);
    load_tile(dcontext, (const T*)p.dcontext_RH + (int64)place.sample * place.length * place.hidden + at, nullptr, place.length, place.hidden);
    barrier();

    Left dropped[8], dscores[8];
    {
        Result scores[16] = {}, gradients[16] = {};
        multiply_rows(scores, queries, keys, place);
        multiply_rows(gradients, dcontext, values, place);
        AB_UNROLL
        for (uint32 half = 0; half < 2; half++) {
            uint32 query = place.query + place.row + 8 * half;
            float logsum = query < place.length ? p.logsums_BAS[(int64)block_x() * place.length + query] : 0, product = 0;
            uint32 kept = p.dropout.threshold == 0 ? ~0u : keeps(p.dropout, place, query);
            float scale = p.dropout.threshold == 0 ? 1 : p.dropout.scale;
            AB_UNROLL
            for (uint32 i = 0; i < 32; i++) {
                float &score = scores[i / 2].at[2 * half + i % 2], &gradient = gradients[i / 2].at[2 * half + i % 2];
                bool there = query < place.length && i / 2 * 8 + place.column + i % 2 < place.visible;
                score = there ? exponential(score * p.scale - logsum) : 0;
                gradient *= (kept >> i & 1) != 0 ? scale : 0;
                product += score * gradient;
            }
            product = quad_sum(product);
            AB_UNROLL
            for (uint32 i = 0; i < 32; i++) {
                float &score = scores[i / 2].at[2 * half + i % 2], &gradient = gradients[i / 2].at[2 * half + i % 2];
                gradient = score * (gradient - product) * p.scale;
                score *= (kept >> i & 1) != 0 ? scale : 0;
            }
        }
        AB_UNROLL
        for (uint32 i = 0; i < 8; i++) {
            dropped[i] = packed<T>(scores[2 * i], scores[2 * i + 1]);
            dscores[i] = packed<T>(gradients[2 * i], gradients[2 * i + 1]);
        }
    }

    T* dprojected = (T*)p.dprojected_R3H + first;
    barrier();
    store_scores((Pair*)scores_tile, dropped, place);
    Result dqueries[8] = {}, dkeys[8] = {}, dvalues[8] = {};
    multiply_tile(dqueries, dscores, keys);
    store_results(dprojected, stride, dqueries, place);
    barrier();
    multiply_transposed(dvalues, scores_tile, dcontext, place);
    store_results(dprojected + 2 * place.hidden, stride, dvalues, place);
    barrier();
    store_scores((Pair*)scores_tile, dscores, place);
    barrier();
    multiply_transposed(dkeys, scores_tile, queries, place);
    store_results(dprojected + place.hidden, stride, dkeys, place);
}

AB_TENSOR_KERNEL(fused_attention_forward, FusedAttention)
AB_TENSOR_KERNEL(fused_attention_backward, FusedAttention)
#endif
