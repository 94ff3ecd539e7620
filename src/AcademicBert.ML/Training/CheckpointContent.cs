using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Training;

/// <summary>A copy on the host of what training changes, so that it can be written while training goes on.</summary>
internal sealed class CheckpointContent : IDisposable
{
    public CheckpointContent(FlatParameters parameters, AdamW optimizer)
    {
        using IDisposable frozen = no_grad();
        Slots = parameters.Slots;
        Values = Copy(parameters.Values);
        FirstMoments = Copy(optimizer.FirstMoments);
        SecondMoments = Copy(optimizer.SecondMoments);
    }

    public IReadOnlyList<ParameterSlot> Slots { get; }

    public Tensor Values { get; }

    public Tensor FirstMoments { get; }

    public Tensor SecondMoments { get; }

    public void Dispose()
    {
        Values.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static Tensor Copy(Tensor buffer)
    {
        using var scope = NewDisposeScope();
        return buffer.to(CPU, copy: true).DetachFromDisposeScope();
    }
}
