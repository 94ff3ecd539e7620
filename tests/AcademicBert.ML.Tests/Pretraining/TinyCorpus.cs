using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

/// <summary>A small corpus with something to learn: every sentence pairs a subject with the verb and the object that always go with it.</summary>
internal sealed class TinyCorpus : IDisposable
{
    private static readonly string[] s_subjects = ["the baker", "the pilot", "the writer", "the farmer", "the sailor", "the doctor"];
    private static readonly string[] s_actions = ["bakes bread", "flies planes", "writes books", "grows wheat", "steers ships", "heals people"];
    private static readonly string[] s_times = ["every morning", "in the evening", "on sundays", "all year long"];

    public TinyCorpus(int documents = 120)
    {
        Folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        var source = new Sentences(documents);
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
        MicroBatchSize = 6,
        Schedule = new LearningRateSchedule { Peak = 5e-3 },
        Validation = new ValidationPlan { Interval = 0.5, EarlyInterval = 0 },
    };

    public void Dispose()
    {
        Corpus.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Sentences(int documents) : IDocumentSource
    {
        public string Description => "sentences made for tests";

        public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
        {
            var random = new Random(1);
            for (int i = 0; i < documents; i++)
            {
                IEnumerable<string> lines = Enumerable.Range(0, 12).Select(_ =>
                {
                    int pair = random.Next(s_subjects.Length);
                    return $"{s_subjects[pair]} {s_actions[pair]} {s_times[random.Next(s_times.Length)]}.";
                });
                yield return new Document($"document {i}", string.Join(' ', lines));
            }
        }
    }
}

/// <summary>Keeps what a run reports, in order and on the training thread.</summary>
internal sealed class RecordedProgress(Action<TrainingProgress>? also = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public IEnumerable<TrainingProgress> Steps => All.Where(progress => !progress.IsValidation);

    public IEnumerable<TrainingProgress> Validations => All.Where(progress => progress.IsValidation);

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        also?.Invoke(value);
    }
}
