using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Training;

/// <summary>A copy on the host of what training changes, so that it can be written while training goes on.</summary>
internal sealed class CheckpointContent : IDisposable
{
    public CheckpointContent(FlatParameters parameters, AdamW optimizer)
    {
        Slots = parameters.Slots;
        Values = HostMemory(parameters.Values);
        FirstMoments = HostMemory(optimizer.FirstMoments);
        SecondMoments = HostMemory(optimizer.SecondMoments);
        Copy(parameters, optimizer);
    }

    public IReadOnlyList<ParameterSlot> Slots { get; }

    public Tensor Values { get; }

    public Tensor FirstMoments { get; }

    public Tensor SecondMoments { get; }

    /// <summary>Copies into memory that is there already: new memory costs more than the copy.</summary>
    public void Copy(FlatParameters parameters, AdamW optimizer)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Values.copy_(parameters.Values);
        FirstMoments.copy_(optimizer.FirstMoments);
        SecondMoments.copy_(optimizer.SecondMoments);
    }

    public void Dispose()
    {
        Values.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static Tensor HostMemory(Tensor like) => empty(like.numel(), dtype: like.dtype).DetachFromDisposeScope();
}
