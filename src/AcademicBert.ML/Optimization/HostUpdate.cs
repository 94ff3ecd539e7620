using AcademicBert.Modeling;
using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>Updates parameters in the host's memory.</summary>
internal sealed unsafe class HostUpdate(FlatParameters parameters, Tensor firstMoments, Tensor secondMoments) : IParameterUpdate
{
    public double SquaredGradients(long begin, long length) => FlatKernels.SquaredSum(Pointer(parameters.Gradients) + begin, length);

    public void AdamW(long begin, long length, long momentsBegin, AdamWStep decaying, AdamWStep other)
    {
        float* values = Pointer(parameters.Values), gradients = Pointer(parameters.Gradients);
        float* first = Pointer(firstMoments) + momentsBegin - begin, second = Pointer(secondMoments) + momentsBegin - begin;
        foreach ((ParameterSlot slot, long from, long count) in parameters.SlotsIn(begin, length))
            FlatKernels.AdamW(values + from, gradients + from, first + from, second + from, count, slot.Decays ? decaying : other);
    }

    public void Lamb(long begin, long length, long momentsBegin, LambStep decaying, LambStep other)
    {
        float* values = Pointer(parameters.Values), gradients = Pointer(parameters.Gradients);
        float* first = Pointer(firstMoments) + momentsBegin - begin, second = Pointer(secondMoments) + momentsBegin - begin;
        foreach ((ParameterSlot slot, long from, long count) in parameters.SlotsIn(begin, length))
            LambKernel.Update(values + from, gradients + from, first + from, second + from, count, slot.Decays ? decaying : other);
    }

    public void Dispose()
    {
    }

    private static float* Pointer(Tensor tensor) => (float*)TensorMemory.Pointer(tensor);
}
