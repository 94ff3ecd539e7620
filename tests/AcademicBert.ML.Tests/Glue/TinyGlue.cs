using System.Globalization;
using AcademicBert.Glue;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Glue;

/// <summary>A tiny model folder, and files of every GLUE task in the official layout with something simple to learn.</summary>
internal static class TinyGlue
{
    private static readonly string[] s_words = ["baker", "pilot", "farmer", "sailor", "bread", "planes", "wheat", "ships", "good", "bad"];

    /// <summary>Writes a model folder.</summary>
    public static void WriteModel(string folder, NormPlacement placement = NormPlacement.PreLayerNorm)
    {
        var vocabulary = Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. s_words]);
        var config = new BertConfig { HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, MaxPositions = 32, NormPlacement = placement, EmbeddingLayerNorm = placement == NormPlacement.PostLayerNorm };
        using var bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(vocabulary));
        bert.Save(folder);
    }

    /// <summary>Writes train, dev and test files of a task.</summary>
    public static void WriteTask(string data, string name, int train = 24, int dev = 12, int test = 6)
    {
        GlueTask task = name == GlueTask.Diagnostics.Name ? GlueTask.Diagnostics : GlueTask.Find(name);
        Directory.CreateDirectory(Path.Combine(data, task.Name));
        if (task != GlueTask.Diagnostics)
            Write(data, task, "train", train, labelled: true);
        foreach (GlueEvaluation evaluation in task.Evaluations)
        {
            if (evaluation.Dev is { } file)
                Write(data, task, file, dev, labelled: true);
            Write(data, task, evaluation.Test, test, labelled: false);
        }
    }

    private static void Write(string data, GlueTask task, string file, int rows, bool labelled)
    {
        string[] columns = labelled
            ? [.. task.ColumnsWithoutHeader ?? ["index", task.Sentence1, .. task.Sentence2 is null ? Array.Empty<string>() : [task.Sentence2], task.Label]]
            : ["index", task.Sentence1, .. task.Sentence2 is null ? Array.Empty<string>() : [task.Sentence2]];
        IEnumerable<string> lines = Enumerable.Range(0, rows).Select(row => string.Join('\t', columns.Select(column => Field(task, column, row))));
        bool header = !labelled || task.ColumnsWithoutHeader is null;
        File.WriteAllLines(Path.Combine(data, task.Name, file + ".tsv"), header ? lines.Prepend(string.Join('\t', columns)) : lines);
    }

    private static string Field(GlueTask task, string column, int row)
    {
        // The sentences tell the label: the words of a row are those of its class.
        int kind = row * 7 % 5 % Math.Max(2, task.Labels.Count);
        if (column == "index")
            return row.ToString(CultureInfo.InvariantCulture);
        if (column == task.Label)
            return task.IsRegression ? (2.5 * kind).ToString("F3", CultureInfo.InvariantCulture) : task.Labels[kind];
        if (column == task.Sentence1)
            return $"{s_words[kind]} {s_words[4 + row % 4]} {s_words[(row + kind) % 10]}";
        return column == task.Sentence2 ? $"{s_words[4 + kind]} {s_words[row % 4]}" : "x";
    }
}
