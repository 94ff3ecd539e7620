using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Step;

/// <summary>The batch all contenders train on.</summary>
internal sealed record StepBatch(Tensor Ids_BS, Tensor Labels_R, Tensor Positions_N, Tensor Targets_N)
{
    public static StepBatch Of(StepSettings settings)
    {
        using var generator = new Generator(1);
        Tensor ids = randint(5, settings.Vocabulary, [settings.Batch, settings.Length], dtype: int64, generator: generator);
        int each = settings.Masked / settings.Batch;
        long[] positions = [.. Enumerable.Range(0, settings.Masked).Select(i => (long)(i / each) * settings.Length + 1 + i % each * 6 % (settings.Length - 2))];
        Tensor at = tensor(positions.Distinct().Order().ToArray()), targets = randint(5, settings.Vocabulary, [at.numel()], dtype: int64, generator: generator);
        Tensor labels = full([settings.Batch * settings.Length], -100L, dtype: int64);
        labels.index_copy_(0, at, targets);
        return new StepBatch(ids, labels, at, targets);
    }
}
