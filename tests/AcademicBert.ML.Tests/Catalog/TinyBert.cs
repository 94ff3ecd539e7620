using AcademicBert.Finetuning;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Catalog;

/// <summary>A model folder with a small pretrained model, made once for all tests of the assembly.</summary>
[TestClass]
public static class TinyBert
{
    private static readonly Lazy<(TinyCorpus Corpus, string Folder)> s_made = new(Make);

    /// <summary>The model folder.</summary>
    public static string Folder => s_made.Value.Folder;

    /// <summary>Options that fit the small model to <see cref="Row"/> in about a second.</summary>
    public static BertClassificationOptions Options => new()
    {
        ModelFolder = Folder,
        Finetuning = new FinetuningOptions { LearningRate = 3e-3, Epochs = 14, BatchSize = 8, MaxLength = 16, Dropout = 0 },
    };

    [AssemblyCleanup]
    public static void CleanUp()
    {
        if (s_made.IsValueCreated)
            s_made.Value.Corpus.Dispose();
    }

    private static (TinyCorpus, string) Make()
    {
        var corpus = new TinyCorpus();
        string run = Path.Combine(corpus.Folder, "tiny-bert");
        PretrainingOptions options = TinyCorpus.Options(200) with { Schedule = new LearningRateSchedule { Peak = 3e-3 } };
        Pretrainer.Run(options, corpus.Corpus, run).Dispose();
        return (corpus, Path.Combine(run, "model"));
    }
}
