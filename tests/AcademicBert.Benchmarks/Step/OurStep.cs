using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Step;

/// <summary>A training step of the library.</summary>
internal sealed class OurStep(StepSettings settings) : IDisposable
{
    private readonly BertModel _model = BertModel.Create(settings.Config, HeadSpec.MaskedLanguageModel, seed: 1, precision: settings.Precision);
    private AdamW? _optimizer;
    private uint _step;

    public double Step(StepBatch batch)
    {
        using var scope = NewDisposeScope();
        _optimizer ??= new AdamW(_model.Parameters, new AdamWOptions());
        _model.Parameters.ZeroGradients();
        double loss = _model.AccumulateGradients(new EncoderInput(batch.Ids_BS), new MaskedTargets(batch.Positions_N, batch.Targets_N), new DropoutState(1, _step++, 0));
        _optimizer.Step(1e-4, 1.0 / batch.Positions_N.numel());
        return loss / batch.Positions_N.numel();
    }

    public void Dispose()
    {
        _optimizer?.Dispose();
        _model.Dispose();
    }
}
