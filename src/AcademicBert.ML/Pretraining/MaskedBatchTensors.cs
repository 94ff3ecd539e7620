using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>A masked batch on the model's device. Its tensors belong to the current dispose scope.</summary>
/// <param name="Input">What the encoder reads.</param>
/// <param name="Positions_N">row * S + column of each masked token, int64.</param>
/// <param name="Ids_N">The original ids there, int64.</param>
/// <param name="RandomNext_B">1 where the second part of a pair is of another document, int64; null for single sequences.</param>
internal readonly record struct MaskedBatchTensors(EncoderInput Input, Tensor Positions_N, Tensor Ids_N, Tensor? RandomNext_B)
{
    public static MaskedBatchTensors Of(MaskedBatch batch, Device device)
    {
        int rows = batch.Rows, length = batch.SequenceLength;
        Tensor ids_BS = Upload(batch.InputIds.AsSpan(0, rows * length), device).view(rows, length);
        ReadOnlySpan<int> lengths = batch.Lengths.AsSpan(0, rows);
        Tensor? lengths_B = lengths.ContainsAnyExcept(length) ? Upload(lengths, device) : null;
        return new MaskedBatchTensors(
            new EncoderInput(ids_BS, batch.TokenTypes is { } types ? Upload(types.AsSpan(0, rows * length), device).view(rows, length) : null, lengths_B),
            Upload(batch.MaskedPositions.AsSpan(0, batch.MaskedCount), device),
            Upload(batch.MaskedIds.AsSpan(0, batch.MaskedCount), device),
            batch.RandomNext is { } random ? Upload(random.AsSpan(0, rows), device) : null);
    }

    private static unsafe Tensor Upload(ReadOnlySpan<int> values, Device device)
    {
        Tensor host = empty(values.Length, dtype: int32);
        values.CopyTo(new Span<int>((void*)TensorMemory.Pointer(host), values.Length));
        return host.to(int64, device);
    }
}
