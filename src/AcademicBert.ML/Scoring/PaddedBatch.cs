using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Scoring;

/// <summary>Puts inputs of different lengths into one batch, padded to the longest.</summary>
internal static class PaddedBatch
{
    /// <summary>Makes the tensors of a batch; they belong to the current dispose scope.</summary>
    /// <param name="inputs">The inputs, one a row.</param>
    /// <param name="padId">Id of [PAD].</param>
    /// <param name="device">Where to put them.</param>
    public static unsafe EncoderInput Of(IReadOnlyList<EncodedInput> inputs, int padId, Device device)
    {
        int rows = inputs.Count, length = inputs.Max(input => input.Length);
        bool pairs = inputs.Any(input => input.SecondStart < input.Length), padded = inputs.Any(input => input.Length < length);
        Tensor ids_BS = empty(rows, length, dtype: int64), lengths_B = empty(rows, dtype: int64);
        Tensor? types_BS = pairs ? zeros(rows, length, dtype: int64) : null;
        var ids = new Span<long>((void*)TensorMemory.Pointer(ids_BS), rows * length);
        var lengths = new Span<long>((void*)TensorMemory.Pointer(lengths_B), rows);
        ids.Fill(padId);
        for (int row = 0; row < rows; row++)
        {
            EncodedInput input = inputs[row];
            lengths[row] = input.Length;
            for (int i = 0; i < input.Length; i++)
                ids[row * length + i] = input.Ids[i];
            if (types_BS is not null)
                new Span<long>((void*)TensorMemory.Pointer(types_BS), rows * length)[(row * length + input.SecondStart)..(row * length + input.Length)].Fill(1);
        }

        return new EncoderInput(ids_BS.to(device), types_BS?.to(device), padded ? lengths_B.to(device) : null);
    }
}
