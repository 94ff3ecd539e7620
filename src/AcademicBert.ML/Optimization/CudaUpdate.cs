using AcademicBert.Modeling;
using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>Updates parameters by the CUDA kernels: one pass for the norm, one for all parameters.</summary>
internal sealed class CudaUpdate : TorchUpdate
{
    // The layout of parameters: what decays and what does not starts at a multiple of sixteen, and so does a layer.
    private const int Granularity = 16;

    private readonly FlatParameters _parameters;
    private readonly CudaKernels _kernels;
    private readonly Tensor _first, _second, _decays, _scratch;

    public CudaUpdate(FlatParameters parameters, CudaKernels kernels, Tensor firstMoments, Tensor secondMoments)
        : base(parameters, firstMoments, secondMoments)
    {
        (_parameters, _kernels, _first, _second) = (parameters, kernels, firstMoments, secondMoments);
        Device device = parameters.Values.device;
        byte[] decays = new byte[(parameters.Values.numel() + Granularity - 1) / Granularity];
        foreach (ParameterSlot slot in parameters.Slots.Where(slot => slot.Decays))
            decays.AsSpan((int)(slot.Offset / Granularity), (int)((slot.Offset + slot.Capacity + Granularity - 1) / Granularity - slot.Offset / Granularity)).Fill(1);
        using var scope = NewDisposeScope();
        _decays = tensor(decays).to(device).DetachFromDisposeScope();
        _scratch = empty(CudaKernels.NormScratch, dtype: float64, device: device).DetachFromDisposeScope();
    }

    public override double SquaredGradients(long begin, long length) =>
        _kernels.SquaredNorm(At(_parameters.Gradients, begin), length, TensorMemory.Pointer(_scratch));

    public override void AdamW(long begin, long length, long momentsBegin, AdamWStep decaying, AdamWStep other)
    {
        if (begin % Granularity != 0 || momentsBegin % Granularity != 0)
            throw new ArgumentException($"A range starts at {begin}, its moments at {momentsBegin}; both must be multiples of {Granularity}.");
        _kernels.AdamW(
            At(_parameters.Values, begin), At(_parameters.Gradients, begin), At(_first, momentsBegin), At(_second, momentsBegin),
            TensorMemory.Pointer(_decays) + (nint)(begin / Granularity), length, decaying, other);
    }

    private static nint At(Tensor flat, long start) => TensorMemory.Pointer(flat) + (nint)(start * sizeof(float));

    public override void Dispose()
    {
        _decays.Dispose();
        _scratch.Dispose();
    }
}
