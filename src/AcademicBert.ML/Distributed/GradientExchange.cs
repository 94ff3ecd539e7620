using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Distributed;

/// <summary>Moves the chunks of the flat buffers between ranks, in fp32 in place or in bf16 through two scratch chunks.</summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly BufferCollectives _collectives;
    private readonly RankParts _parts;
    private readonly int _rank;
    private readonly Tensor[] _scratch = [];

    public GradientExchange(FlatParameters parameters, BufferCollectives collectives, RankParts parts, int rank, GradientReduction reduction)
    {
        (_parameters, _collectives, _parts, _rank) = (parameters, collectives, parts, rank);
        if (reduction == GradientReduction.BFloat16)
            _scratch = [.. Enumerable.Range(0, 2).Select(_ => empty(parts.Stride, dtype: bfloat16, device: parameters.Gradients.device).DetachFromDisposeScope())];
    }

    /// <summary>Sums the gradients over ranks; each then has the sum of its parts. While a chunk travels, <paramref name="owned"/> is called for the one before.</summary>
    public void ReduceGradients(Action<int> owned) => Pipeline(
        chunk => Start(chunk, (address, type) => _collectives.ReduceScatter(address, _parts.PartLength(chunk), type), ChunkOf(chunk)),
        chunk =>
        {
            Expand(chunk, _parts.PartBegin(chunk, _rank), _parts.PartLength(chunk));
            owned(chunk);
        });

    /// <summary>Gives all ranks the summed gradients. While a chunk travels, <paramref name="gathered"/> is called for the one before.</summary>
    public void GatherGradients(Action<int> gathered) => Pipeline(
        chunk => Start(chunk, (address, type) => _collectives.AllGather(address, _parts.PartLength(chunk), type), (_parts.PartBegin(chunk, _rank), _parts.PartLength(chunk))),
        chunk =>
        {
            Expand(chunk, ChunkOf(chunk).Begin, ChunkOf(chunk).Length);
            gathered(chunk);
        });

    /// <summary>Starts to give all ranks a chunk whose parts their owners have: fp32, at an element of a buffer.</summary>
    public IPendingCollective Gather(Tensor buffer, long begin, int chunk) =>
        _collectives.AllGather(Address(buffer, begin), _parts.PartLength(chunk), BufferType.Float32);

    /// <summary>Gives all ranks elements of a buffer of rank 0, fp32.</summary>
    public void Broadcast(Tensor buffer, long count) => _collectives.Broadcast(Address(buffer, 0), count, BufferType.Float32).Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor scratch in _scratch)
            scratch.Dispose();
    }

    private (long Begin, long Length) ChunkOf(int chunk) => (_parts.Begin(chunk), _parts.Length(chunk));

    private void Pipeline(Func<int, IPendingCollective> start, Action<int> finish)
    {
        IPendingCollective? before = null;
        for (int chunk = 0; chunk <= _parts.Chunks; chunk++)
        {
            IPendingCollective? now = chunk < _parts.Chunks ? start(chunk) : null;
            before?.Wait();
            if (chunk > 0)
                finish(chunk - 1);
            before = now;
        }
    }

    /// <summary>Starts a collective on a chunk of gradients, of which the stated elements are needed.</summary>
    private IPendingCollective Start(int chunk, Func<nint, BufferType, IPendingCollective> collective, (long Begin, long Length) needed)
    {
        if (_scratch.Length == 0)
            return collective(Address(_parameters.Gradients, _parts.Begin(chunk)), BufferType.Float32);
        Copy(_parameters.Gradients, needed.Begin, _scratch[chunk % 2], needed.Begin - _parts.Begin(chunk), needed.Length);
        return collective(Address(_scratch[chunk % 2], 0), BufferType.BFloat16);
    }

    /// <summary>Takes elements that have arrived in bf16 into the gradients.</summary>
    private void Expand(int chunk, long begin, long length)
    {
        if (_scratch.Length > 0)
            Copy(_scratch[chunk % 2], begin - _parts.Begin(chunk), _parameters.Gradients, begin, length);
    }

    private static void Copy(Tensor from, long fromBegin, Tensor to, long toBegin, long length)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        to.narrow(0, toBegin, length).copy_(from.narrow(0, fromBegin, length));
    }

    private static nint Address(Tensor buffer, long element) => TensorMemory.Pointer(buffer) + (nint)(element * buffer.element_size());
}
