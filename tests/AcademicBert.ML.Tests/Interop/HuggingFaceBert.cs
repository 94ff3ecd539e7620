namespace AcademicBert.Tests.Interop;

/// <summary>A model folder of <c>BertForMaskedLM</c> that Hugging Face Transformers wrote, not this library: a fixture, with the vocabulary that goes with it.</summary>
internal static class HuggingFaceBert
{
    private const int Words = 200;

    private static readonly string[] s_words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "baker", "pilot", "farmer", "sailor", "bread", "planes", "wheat", "ships", "good", "bad"];

    /// <summary>Writes the folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in (string[])["config.json", "model.safetensors"])
            File.Copy(TestData.Fixture("hf_mlm_tiny", file), Path.Combine(folder, file));
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), [.. s_words, .. Enumerable.Range(s_words.Length, Words - s_words.Length).Select(id => $"[unused{id}]")]);
    }
}
