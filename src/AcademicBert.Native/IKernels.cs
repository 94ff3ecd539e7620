namespace AcademicBert.Native;

/// <summary>
/// The fused kernels of a device. Pointers are addresses there, of contiguous arrays whose shapes the names give: R rows, C columns,
/// B samples, A heads, S tokens, D head size, N positions, V words. Nothing is checked here; the caller owns all memory. Kernels run in
/// the order of the calls, and on a GPU after them.
/// </summary>
public interface IKernels
{
    /// <summary>What the kernels were compiled for, such as avx512 or sm_80.</summary>
    string Variant { get; }

    /// <summary>Longest row of attention scores.</summary>
    int LongestAttention { get; }

    /// <summary>Most columns of a norm.</summary>
    int WidestNorm { get; }

    /// <summary>Rows of partial sums that sums over this many columns need as scratch memory.</summary>
    int Chunks(long columns);

    /// <summary>Floats of scratch memory that the gradient of the embeddings needs; 0 where it needs none, and no sorted rows either.</summary>
    /// <param name="block">The shape.</param>
    /// <param name="segments">Number of segments.</param>
    long EmbeddingScratch(RowBlock block, int segments);

    /// <summary>Sets memory to 0.</summary>
    void Clear(nint memory, long bytes);

    /// <summary>Waits for everything before it, and copies to memory of the host.</summary>
    void CopyToHost(nint memory, nint host, long bytes);

    /// <summary>y = GELU(x + bias), by erf.</summary>
    void BiasGeluForward(ElementType type, nint x_RC, nint bias_C, nint y_RC, long rows, long columns);

    /// <summary>dx = dy GELU'(x + bias), which may overwrite dy; dbias += its column sums.</summary>
    /// <param name="type">Type of x, dy and dx.</param>
    /// <param name="dy_RC">Gradient of the result.</param>
    /// <param name="x_RC">What the forward pass got.</param>
    /// <param name="bias_C">The bias, fp32.</param>
    /// <param name="dx_RC">Receives the gradient of x.</param>
    /// <param name="dbias_C">Gradient of the bias, fp32.</param>
    /// <param name="scratch">Room for <see cref="Chunks"/> × C floats.</param>
    /// <param name="rows">R.</param>
    /// <param name="columns">C.</param>
    void BiasGeluBackward(ElementType type, nint dy_RC, nint x_RC, nint bias_C, nint dx_RC, nint dbias_C, nint scratch, long rows, long columns);

    /// <summary>y = v GELU(z), by erf, where v and z are the halves of each row of x + bias.</summary>
    void GatedGeluForward(ElementType type, nint x_R2C, nint bias_2C, nint y_RC, long rows, long columns);

    /// <summary>dx = the gradients of v and of z, side by side; dbias += its column sums.</summary>
    /// <param name="type">Type of x, dy and dx.</param>
    /// <param name="dy_RC">Gradient of the result.</param>
    /// <param name="x_R2C">What the forward pass got.</param>
    /// <param name="bias_2C">The bias, fp32.</param>
    /// <param name="dx_R2C">Receives the gradient of x.</param>
    /// <param name="dbias_2C">Gradient of the bias, fp32.</param>
    /// <param name="scratch">Room for <see cref="Chunks"/> of 2C, × 2C floats.</param>
    /// <param name="rows">R.</param>
    /// <param name="columns">C: half of a row of x.</param>
    void GatedGeluBackward(ElementType type, nint dy_RC, nint x_R2C, nint bias_2C, nint dx_R2C, nint dbias_2C, nint scratch, long rows, long columns);

    /// <summary>sum = residual + dropout(x + bias); normed = norm(sum).</summary>
    /// <param name="type">Type of x and normed; bias, residual and sum are fp32.</param>
    /// <param name="x_RC">Output of a matrix product; 0: nothing.</param>
    /// <param name="bias_C">Its bias; 0: none.</param>
    /// <param name="residual_RC">What is added; 0: nothing.</param>
    /// <param name="sum_RC">Receives the sum; may be the residual.</param>
    /// <param name="norm">Weight and shift.</param>
    /// <param name="normed_RC">Receives the norm of the sum; 0: none is wanted.</param>
    /// <param name="normedStream_RC">Receives the same in fp32; 0: not wanted.</param>
    /// <param name="statistics_R2">Receives mean and reciprocal deviation of each row, for the backward pass.</param>
    /// <param name="block">The shape.</param>
    /// <param name="dropout">The decisions.</param>
    void ResidualNormForward(
        ElementType type, nint x_RC, nint bias_C, nint residual_RC, nint sum_RC, NormPointers norm, nint normed_RC, nint normedStream_RC, nint statistics_R2, RowBlock block,
        DropoutDecisions dropout);

    /// <summary>Gradients of <see cref="ResidualNormForward"/>: of the sum (and with it of the residual), of x, and added to those of bias and norm.</summary>
    /// <param name="type">Type of x and normed.</param>
    /// <param name="dnormed_RC">Gradient of normed; 0: none.</param>
    /// <param name="dnormedStream_RC">A second part of it, fp32; 0: none. Without either there was no norm.</param>
    /// <param name="sum_RC">The sum.</param>
    /// <param name="statistics_R2">The statistics of the forward pass.</param>
    /// <param name="norm">Weight and shift.</param>
    /// <param name="dsum_RC">Gradient of the sum: what comes in from elsewhere if <paramref name="accumulate"/>, the whole of it afterwards.</param>
    /// <param name="accumulate">Whether something comes in.</param>
    /// <param name="dx_RC">Receives the gradient of x; 0: it is not wanted, and neither is the bias's.</param>
    /// <param name="dbias_C">Gradient of the bias; 0: there is none.</param>
    /// <param name="dnorm">Gradients of weight and shift.</param>
    /// <param name="scratch">Room for 3 × <see cref="Chunks"/> × C floats.</param>
    /// <param name="block">The shape.</param>
    /// <param name="dropout">The decisions of the forward pass.</param>
    void ResidualNormBackward(
        ElementType type, nint dnormed_RC, nint dnormedStream_RC, nint sum_RC, nint statistics_R2, NormPointers norm, nint dsum_RC, bool accumulate, nint dx_RC, nint dbias_C, NormPointers dnorm,
        nint scratch, RowBlock block, DropoutDecisions dropout);

    /// <summary>Dropout of a block of fp32; the same call gives its gradient. The result may overwrite the input.</summary>
    void StreamDropout(nint from_RC, nint to_RC, RowBlock block, DropoutDecisions dropout);

    /// <summary>Scores become probabilities in place: softmax of the scaled scores, 0 behind a sample's length.</summary>
    /// <param name="type">Type of scores and probabilities.</param>
    /// <param name="scores_BASS">Scores, then probabilities.</param>
    /// <param name="dropped_BASS">Receives the probabilities after dropout; 0 without dropout.</param>
    /// <param name="lengths_B">Real tokens of each sample, int32; 0: no sample is padded.</param>
    /// <param name="shape">The shape; S at most <see cref="LongestAttention"/>.</param>
    /// <param name="dropout">The decisions.</param>
    void AttentionSoftmaxForward(ElementType type, nint scores_BASS, nint dropped_BASS, nint lengths_B, AttentionShape shape, DropoutDecisions dropout);

    /// <summary>The gradient of the dropped probabilities becomes that of the scores, in place; the dropped probabilities are made again.</summary>
    void AttentionSoftmaxBackward(ElementType type, nint probabilities_BASS, nint gradient_BASS, nint dropped_BASS, AttentionShape shape, DropoutDecisions dropout);

    /// <summary>(B, S, 3, A, D) plus a bias (3, A, D) to (3, B, A, S, D): query, key and value of each head.</summary>
    void SplitHeads(ElementType type, nint projected, nint bias, nint heads, AttentionShape shape);

    /// <summary>(parts, B, A, S, D) to (B, S, parts, A, D).</summary>
    void MergeHeads(ElementType type, nint heads, nint merged, AttentionShape shape, int parts);

    /// <summary>(B, S, A, D) to (B, A, S, D).</summary>
    void PartHeads(ElementType type, nint merged, nint heads, AttentionShape shape);

    /// <summary>Whether attention of a shape goes in one pass, by <see cref="FusedAttentionForward"/>.</summary>
    bool FusesAttention(ElementType type, AttentionShape shape);

    /// <summary>Attention from the projections to the context, without a matrix of scores in memory.</summary>
    /// <param name="type">Type of the activations.</param>
    /// <param name="projected_R3H">Query, key and value, (B, S, 3, A, D), without their bias.</param>
    /// <param name="bias_3H">Their bias, fp32.</param>
    /// <param name="lengths_B">Real tokens of each sample, int32; 0: no sample is padded.</param>
    /// <param name="context_RH">Receives the context, (B, S, A, D).</param>
    /// <param name="logsums_BAS">Receives log Σ exp of the scaled scores of each query, fp32, for the backward pass.</param>
    /// <param name="shape">The shape, one that <see cref="FusesAttention"/> takes.</param>
    /// <param name="dropout">The decisions.</param>
    void FusedAttentionForward(ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint context_RH, nint logsums_BAS, AttentionShape shape, DropoutDecisions dropout);

    /// <summary>Gradient of <see cref="FusedAttentionForward"/>: from that of the context to that of the projections, (B, S, 3, A, D).</summary>
    void FusedAttentionBackward(
        ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint dcontext_RH, nint logsums_BAS, nint dprojected_R3H, AttentionShape shape, DropoutDecisions dropout);

    /// <summary>-log p(target) of each row; logits become the gradient of their sum, times a scale, in place.</summary>
    /// <param name="type">Type of the logits.</param>
    /// <param name="logits_NV">Logits; the columns from <paramref name="words"/> on are padding and become 0.</param>
    /// <param name="bias_V">What is added to the logits, fp32; 0: nothing.</param>
    /// <param name="targets_N">Ids, int32.</param>
    /// <param name="losses_N">Receives the loss of each row, fp32, not scaled.</param>
    /// <param name="rows">N.</param>
    /// <param name="words">V.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="gradientScale">What the gradient is multiplied by; 1 on the CPU, whose types need no scale.</param>
    void CrossEntropy(ElementType type, nint logits_NV, nint bias_V, nint targets_N, nint losses_N, long rows, long words, long stride, float gradientScale);

    /// <summary>Adds fp32 losses to a sum in double precision, in order.</summary>
    void AddLosses(nint losses_N, nint sum, long count);

    /// <summary>Sum of the three embeddings of each token, fp32.</summary>
    /// <param name="ids_R">Ids, int32.</param>
    /// <param name="types_R">Segments, int32; 0: all of segment 0.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="sum_RH">Receives the sums.</param>
    /// <param name="block">The shape.</param>
    void EmbeddingForward(nint ids_R, nint types_R, EmbeddingTables tables, nint sum_RH, RowBlock block);

    /// <summary>Adds the gradient of the sums to those of the tables.</summary>
    /// <param name="ids_R">Ids, int32.</param>
    /// <param name="types_R">Segments, int32; 0: all of segment 0.</param>
    /// <param name="order_R">The rows sorted by id, stably, int32; 0 where <see cref="EmbeddingScratch"/> is.</param>
    /// <param name="dsum_RH">The gradient of the sums.</param>
    /// <param name="gradients">The gradients of the tables.</param>
    /// <param name="scratch">Room for <see cref="EmbeddingScratch"/> floats.</param>
    /// <param name="block">The shape.</param>
    void EmbeddingBackward(nint ids_R, nint types_R, nint order_R, nint dsum_RH, EmbeddingTables gradients, nint scratch, RowBlock block);

    /// <summary>into += column sums of x.</summary>
    /// <param name="type">Type of x.</param>
    /// <param name="x_RC">The matrix.</param>
    /// <param name="into_C">fp32.</param>
    /// <param name="scratch">Room for <see cref="Chunks"/> × C floats.</param>
    /// <param name="rows">R.</param>
    /// <param name="columns">C.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    void ColumnSum(ElementType type, nint x_RC, nint into_C, nint scratch, long rows, long columns, long stride);

    /// <summary>into += from; into is fp32.</summary>
    void AddInto(ElementType type, nint from, nint into, long count);

    /// <summary>Rounds fp32 to a type, to nearest even; for fp32 it copies.</summary>
    void Round(ElementType type, nint from, nint to, long count);

    /// <summary>to[n] = from[positions[n]]; positions are int32.</summary>
    void GatherRows(ElementType type, nint from_RC, nint positions_N, nint to_NC, long count, long columns);

    /// <summary>to[positions[n]] = from[n], and 0 in all other of its rows.</summary>
    void ScatterRows(ElementType type, nint from_NC, nint positions_N, nint to_RC, long count, long rows, long columns);
}
