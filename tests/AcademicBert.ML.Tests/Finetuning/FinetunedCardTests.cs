using AcademicBert.Finetuning;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class FinetunedCardTests
{
    private const string Start = "# BERT, pretrained\n\n## Corpus\n";

    [TestMethod]
    public void Write_ModelWithACard_PutsItBelow()
    {
        string card = FinetunedCard.Write(Start, new FinetuningOptions { Epochs = 3 }, 1200).ReplaceLineEndings("\n");
        Assert.StartsWith("# BERT, fine-tuned with AcademicBert\n", card);
        Assert.Contains("| Rows | 1,200 |", card);
        Assert.EndsWith("What it began with:\n\n## BERT, pretrained\n\n### Corpus\n", card);
    }

    [TestMethod]
    public void Write_CardOfAHub_LeavesOutWhatTheHubReads() =>
        Assert.EndsWith("began with:\n\n## BERT, pretrained\n\n### Corpus\n", FinetunedCard.Write($"---\ntags:\n- bert\n---\n\n{Start}", new FinetuningOptions(), 1).ReplaceLineEndings("\n"));

    [TestMethod]
    public void Write_Untrained_SaysThatItBeganFromRandomNumbers()
    {
        string card = FinetunedCard.Write(Start, new FinetuningOptions { Untrained = true }, 10);
        Assert.Contains("random numbers", card);
        Assert.DoesNotContain("pretrained\n", card);
    }
}
