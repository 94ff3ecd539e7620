using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Finetuning;

/// <summary>Remembers the parameters of the epoch that validated best; the earlier one when equal.</summary>
internal sealed class BestEpoch(FlatParameters parameters) : IDisposable
{
    /// <summary>Number of the epoch, from 0; -1 before the first.</summary>
    public int Epoch { get; private set; } = -1;

    /// <summary>Its score.</summary>
    public double Score { get; private set; } = double.NegativeInfinity;

    /// <summary>Its parameters; null before the first.</summary>
    public Tensor? Values { get; private set; }

    /// <summary>Keeps the parameters if they are the best so far.</summary>
    public void Offer(double score, int epoch)
    {
        if (Values is not null && !(score > Score))
            return;
        Keep(score, epoch).copy_(parameters.Values);
    }

    /// <summary>Sets what is kept; the caller fills the parameters.</summary>
    public Tensor Keep(double score, int epoch)
    {
        (Score, Epoch) = (score, epoch);
        using IDisposable frozen = no_grad();
        return Values ??= empty_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>Puts the kept parameters into the model; those it has stay if there are none.</summary>
    public void Restore()
    {
        if (Values is null)
            return;
        using IDisposable frozen = no_grad();
        parameters.Values.copy_(Values);
        parameters.Changed();
    }

    /// <inheritdoc/>
    public void Dispose() => Values?.Dispose();
}
