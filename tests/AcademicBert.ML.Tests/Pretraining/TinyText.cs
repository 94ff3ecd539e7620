using AcademicBert.Corpus;

namespace AcademicBert.Tests.Pretraining;

/// <summary>Text with something to learn: every sentence pairs a subject with the verb and the object that always go with it.</summary>
internal sealed class TinyText(int documents) : IDocumentSource
{
    public static readonly string[] Subjects = ["the baker", "the pilot", "the writer", "the farmer", "the sailor", "the doctor"];
    public static readonly string[] Actions = ["bakes bread", "flies planes", "writes books", "grows wheat", "steers ships", "heals people"];
    public static readonly string[] Times = ["every morning", "in the evening", "on sundays", "all year long"];

    public string Description => "sentences made for tests";

    public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
    {
        var random = new Random(1);
        for (int i = 0; i < documents; i++)
        {
            IEnumerable<string> lines = Enumerable.Range(0, 12).Select(_ =>
            {
                int pair = random.Next(Subjects.Length);
                return $"{Subjects[pair]} {Actions[pair]} {Times[random.Next(Times.Length)]}.";
            });
            yield return new Document($"document {i}", string.Join(' ', lines));
        }
    }
}
