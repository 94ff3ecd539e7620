using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Optimization;

namespace AcademicBert.Benchmarks.Finetune;

/// <summary>An epoch as the library trains it: batches by length, and its own steps.</summary>
internal sealed class OurEpoch : IDisposable
{
    private static readonly FinetuningObjective s_objective = FinetuningObjective.Classification(2);

    private readonly FinetuningOptions _options = new();
    private readonly BertModel _model;
    private readonly AdamW _optimizer;
    private readonly FinetuningStep _step;
    private int _epoch;

    public OurEpoch(ClassifierSettings settings)
    {
        _model = BertModel.Create(settings.Config, s_objective.Head, seed: 1, precision: settings.Precision);
        _optimizer = new AdamW(_model.Parameters, new AdamWOptions { WeightDecay = _options.WeightDecay, MaxGradientNorm = _options.MaxGradientNorm });
        _step = new FinetuningStep(_model, _optimizer, s_objective, _options, trainedFrom: 0, settings.Tokenizer.Vocabulary.PadId);
    }

    public void Run(LabelledExample[] rows, int batchSize)
    {
        foreach (int[] batch in LengthBuckets.Cut([.. rows.Select(row => row.Input.Length)], batchSize, _options.Seed, _epoch++))
            _step.Run([.. batch.Select(row => rows[row])], _options.LearningRate);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }
}
