using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>Where a matrix product lies: in memory of the engine, or in its own, which it frees.</summary>
internal readonly ref struct Product(Tensor values, bool owned)
{
    /// <summary>Address of the first element.</summary>
    public nint Address { get; } = TensorMemory.Pointer(values);

    public void Dispose()
    {
        if (owned)
            values.Dispose();
    }
}
