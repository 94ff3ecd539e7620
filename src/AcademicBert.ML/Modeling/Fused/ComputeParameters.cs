using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>The parameters in the type matrix products are computed in: the fp32 ones themselves, or a rounded copy that follows them.</summary>
internal sealed class ComputeParameters : IDisposable
{
    private readonly IKernels _kernels;
    private readonly Tensor? _copy;
    private long _version = -1;

    public ComputeParameters(FlatParameters parameters, IKernels kernels, ElementType type)
    {
        (Parameters, _kernels, Type) = (parameters, kernels, type);
        if (type != ElementType.Float32)
            _copy = empty(parameters.Values.numel(), dtype: ComputeTypes.ScalarTypeOf(type), device: parameters.Values.device).DetachFromDisposeScope();
    }

    /// <summary>The fp32 parameters and gradients.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Type of matrix products.</summary>
    public ElementType Type { get; }

    /// <summary>Rounds the parameters anew if they have changed.</summary>
    public void Refresh()
    {
        if (_copy is null || _version == Parameters.Version)
            return;
        _kernels.Round(Type, TensorMemory.Pointer(Parameters.Values), TensorMemory.Pointer(_copy), _copy.numel());
        _version = Parameters.Version;
    }

    /// <summary>A view of a matrix of parameters in the compute type; the caller disposes it.</summary>
    public Tensor View(long offset, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        return (_copy ?? Parameters.Values).narrow(0, offset, rows * columns).view(rows, columns).DetachFromDisposeScope();
    }

    public void Dispose() => _copy?.Dispose();
}
