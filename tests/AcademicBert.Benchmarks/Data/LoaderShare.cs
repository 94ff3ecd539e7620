using System.Diagnostics;
using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using TorchSharp;

namespace AcademicBert.Benchmarks.Data;

/// <summary>How long real training steps wait for their batches.</summary>
internal static class LoaderShare
{
    private const int Steps = 20, Rows = 32;

    /// <summary>Share of the time of training steps that is spent waiting for the loader; a small model, so that steps are short.</summary>
    public static double Measure(PreparedCorpus corpus)
    {
        var config = new BertConfig { VocabularySize = corpus.Tokenizer.Vocabulary.Count, HiddenSize = 64, Layers = 2, Heads = 2, IntermediateSize = 128, MaxPositions = corpus.Train.SequenceLength };
        using BertModel model = BertModel.Create(config, HeadSpec.MaskedLanguageModel, seed: 1);
        var reader = new MaskedBatchReader(corpus.Train, new SampleOrder(1, corpus.Train.SampleCount, 10), new SampleMasker(corpus.Tokenizer.Vocabulary, new MaskingOptions(), 1));
        using var loader = new MaskedBatchLoader(reader, BatchRange.Plan(0, _ => Rows, Rows), Rows);
        long waited = 0, began = 0;
        for (int step = -2; step < Steps; step++)
        {
            if (step == 0)
                (waited, began) = (0, Stopwatch.GetTimestamp());
            long before = Stopwatch.GetTimestamp();
            loader.TryNext(out MaskedBatch? batch);
            waited += Stopwatch.GetTimestamp() - before;
            using var scope = torch.NewDisposeScope();
            MaskedBatchTensors tensors = MaskedBatchTensors.Of(batch!, model.Device);
            model.AccumulateGradients(tensors.Input, new MaskedTargets(tensors.Positions_N, tensors.Ids_N), dropout: null);
        }

        return (double)waited / (Stopwatch.GetTimestamp() - began);
    }
}
