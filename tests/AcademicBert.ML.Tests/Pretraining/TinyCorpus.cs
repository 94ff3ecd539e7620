using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

/// <summary>A prepared corpus of <see cref="TinyText"/>.</summary>
internal sealed class TinyCorpus : IDisposable
{
    public TinyCorpus(int documents = 120)
    {
        Folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        var source = new TinyText(documents);
        Vocabulary vocabulary = VocabularyTrainer.Train(source.Read().Select(document => document.Text), new VocabularyTrainerOptions { Size = 201 });
        Corpus = CorpusBuilder.Build(
            source, BertWordPieceTokenizer.Create(vocabulary), Path.Combine(Folder, "corpus"), new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0.1 });
    }

    /// <summary>A temporary folder, deleted at the end.</summary>
    public string Folder { get; }

    public PreparedCorpus Corpus { get; }

    /// <summary>A run of a few seconds: two layers of width 32, with dropout and accumulation.</summary>
    public static PretrainingOptions Options(int steps) => new()
    {
        Model = new BertConfig { HiddenSize = 32, Layers = 2, Heads = 2, IntermediateSize = 64, MaxPositions = 32 },
        Budget = TrainingBudget.Steps(steps),
        BatchSize = 16,
        Precision = ComputePrecision.Float32,
        MicroBatchSize = 6,
        Schedule = new LearningRateSchedule { Peak = 5e-3 },
        Validation = new ValidationPlan { Interval = 0.5, EarlyInterval = 0 },
    };

    public void Dispose()
    {
        Corpus.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
