using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class ModelCardTests
{
    private static readonly TinyCorpus s_tiny = new();

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    [DataRow(1, 59, "1 layer, hidden 32, 2 heads,", "0:00:59")]
    [DataRow(2, 90_061, "2 layers, hidden 32, 2 heads,", "1d 01:01:01")]
    public void Write_NetworkAndTime_AreToldInWords(int layers, double seconds, string network, string time)
    {
        BertConfig config = TinyCorpus.Options(1).Model with { Layers = layers, HiddenSize = 32, Heads = 2 };
        string card = ModelCard.Write(config, 1000, TinyCorpus.Options(1), s_tiny.Corpus.Manifest, new TrainingPosition(3, 48, seconds), null);
        Assert.Contains($"| Architecture | {network}", card);
        Assert.Contains($"48 samples, {time} |", card);
    }
}
