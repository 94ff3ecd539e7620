using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>The matrix of a linear layer, (N, K): its products forward and backward, and its gradient straight into the flat buffer.</summary>
internal sealed class WeightMatrix : IDisposable
{
    private readonly IKernels _kernels;
    private readonly ElementType _type;
    private readonly Buffer _scratch;
    private readonly long _count;
    private readonly Tensor _weight_NK, _transposed_KN;
    private readonly Tensor? _gradient_NK;
    private readonly FlatParameters _parameters;
    private readonly bool _packs;
    private Tensor? _rounded_NK;
    private PackedMatrix? _packed;
    private long? _packedVersion;

    /// <param name="parameters">Where the matrix lies.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="scratch">Shared memory for a gradient that is not fp32.</param>
    /// <param name="name">Name of the parameter, the first of several that stand without a gap.</param>
    /// <param name="rows">N, of all of them together.</param>
    /// <param name="columns">K.</param>
    public WeightMatrix(ComputeParameters parameters, IKernels kernels, Buffer scratch, string name, long rows, long columns)
    {
        (_kernels, _type, _scratch, _count) = (kernels, parameters.Type, scratch, rows * columns);
        FlatParameters flat = _parameters = parameters.Parameters;
        long offset = flat.Slot(name).Offset;
        using var scope = NewDisposeScope();
        _weight_NK = parameters.View(offset, rows, columns);
        _transposed_KN = _weight_NK.t().DetachFromDisposeScope();
        if (flat.IsTrainable)
            _gradient_NK = flat.Gradients.narrow(0, offset, _count).view(rows, columns).DetachFromDisposeScope();
        if (flat.IsTrainable && _type != ElementType.Float32)
            _scratch.Require(_count);
        // While a model trains, every step would pack anew.
        _packs = !flat.IsTrainable && flat.Values.device_type == TorchSharp.DeviceType.CPU;
    }

    /// <summary>y = x Wᵀ.</summary>
    public void Forward(Tensor x_RK, Tensor y_RN) => MatrixProduct.Into(y_RN, x_RK, _transposed_KN);

    /// <summary>x Wᵀ: in y; or, where a model is only used, by a packed copy of W, in memory of its own.</summary>
    public Product Multiply(Tensor x_RK, Tensor y_RN)
    {
        if (_packs && Packed() is { } packed)
            return new Product(packed.Multiply(x_RK), owned: true);
        Forward(x_RK, y_RN);
        return new Product(y_RN, owned: false);
    }

    /// <summary>dx = dy W; dW += dyᵀ x.</summary>
    public void Backward(Tensor dy_RN, Tensor transposedDy_NR, Tensor x_RK, Tensor dx_RK)
    {
        MatrixProduct.Into(dx_RK, dy_RN, _weight_NK);
        if (_type == ElementType.Float32)
        {
            MatrixProduct.AddTo(_gradient_NK!, transposedDy_NR, x_RK);
            return;
        }

        _rounded_NK ??= _scratch.View(_gradient_NK!.shape);
        MatrixProduct.Into(_rounded_NK, transposedDy_NR, x_RK);
        _kernels.AddInto(_type, _scratch.Address, TensorMemory.Pointer(_gradient_NK!), _count);
    }

    public void Dispose()
    {
        _weight_NK.Dispose();
        _transposed_KN.Dispose();
        _gradient_NK?.Dispose();
        _rounded_NK?.Dispose();
        _packed?.Dispose();
    }

    // With the first batch, since parameters are filled after the model is made.
    private PackedMatrix? Packed()
    {
        if (_packedVersion != _parameters.Version)
        {
            _packed?.Dispose();
            (_packed, _packedVersion) = (PackedMatrix.Of(_weight_NK), _parameters.Version);
        }

        return _packed;
    }
}
