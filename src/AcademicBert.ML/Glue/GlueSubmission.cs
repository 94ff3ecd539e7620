using System.Globalization;
using System.IO.Compression;
using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Files;

namespace AcademicBert.Glue;

/// <summary>A submission to the GLUE leaderboard: a zip with one file of predictions for each evaluation and for AX.</summary>
public static class GlueSubmission
{
    private const string Header = "index\tprediction";

    /// <summary>Every file of a complete submission: its task and what is predicted.</summary>
    public static IReadOnlyList<(GlueTask Task, GlueEvaluation Evaluation)> Files { get; } =
        [.. GlueTask.All.Append(GlueTask.Diagnostics).SelectMany(task => task.Evaluations.Select(evaluation => (task, evaluation)))];

    /// <summary>Writes a submission: under a temporary name, renamed when it is complete. Classes by name, STS-B cut to 0 to 5.</summary>
    /// <param name="path">The zip.</param>
    /// <param name="predictions">For each evaluation by its name, such as <c>MNLI-mm</c>, the number of the predicted class of each test row, or the number itself.</param>
    /// <exception cref="ArgumentException">A name is no evaluation, or a prediction is no class of its task.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, float[]> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Keys.FirstOrDefault(name => Files.All(file => file.Evaluation.Submission != name)) is { } unknown)
            throw new ArgumentException($"There is no evaluation '{unknown}'; there are {string.Join(", ", Files.Select(file => file.Evaluation.Submission))}.", nameof(predictions));
        (string Name, byte[] Content)[] entries = [.. from file in Files where predictions.ContainsKey(file.Evaluation.Submission) select (Name(file.Evaluation), Content(file.Task, predictions[file.Evaluation.Submission]))];
        NewFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        });
    }

    /// <summary>Checks a submission as the leaderboard does: every file there, its header, every index in order, every prediction a label.</summary>
    /// <param name="path">The zip.</param>
    /// <returns>What is wrong, a line each; empty: nothing.</returns>
    /// <exception cref="InvalidDataException">The file is no zip.</exception>
    public static IReadOnlyList<string> Check(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        var problems = new List<string>();
        foreach ((GlueTask task, GlueEvaluation evaluation) in Files)
        {
            if (zip.GetEntry(Name(evaluation)) is { } entry)
                problems.AddRange(Check(entry, task, evaluation));
            else
                problems.Add($"{Name(evaluation)} is missing.");
        }

        problems.AddRange(from entry in zip.Entries where Files.All(file => Name(file.Evaluation) != entry.FullName) select $"{entry.FullName} is no file of a submission.");
        return problems;
    }

    private static IEnumerable<string> Check(ZipArchiveEntry entry, GlueTask task, GlueEvaluation evaluation)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        if (reader.ReadLine() is var header && header != Header)
        {
            yield return $"{entry.FullName}, line 1: is '{header}', it should be 'index<TAB>prediction'.";
            yield break;
        }

        int row = 0;
        for (; reader.ReadLine() is { } line; row++)
        {
            string[] fields = line.Split('\t');
            if (fields is [var index, var prediction] && index == row.ToString(CultureInfo.InvariantCulture) && IsPrediction(prediction, task))
                continue;
            yield return $"{entry.FullName}, line {row + 2}: is '{TableFile.Short(line)}', it should be {row}, a tab and {(task.IsRegression ? "a number from 0 to 5" : string.Join(" or ", task.Labels))}.";
            yield break;
        }

        if (row != evaluation.TestRows)
            yield return $"{entry.FullName}: has {row} predictions, the test set has {evaluation.TestRows} rows.";
    }

    private static bool IsPrediction(string text, GlueTask task) => task.IsRegression
        ? double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 5
        : task.Labels.Contains(text);

    private static byte[] Content(GlueTask task, float[] predictions)
    {
        var text = new StringBuilder(Header).Append('\n');
        for (int row = 0; row < predictions.Length; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row}\t{Text(predictions[row], task)}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Text(float prediction, GlueTask task)
    {
        if (task.IsRegression)
            return float.IsNaN(prediction) ? throw new ArgumentException($"A prediction of {task.Name} is not a number.") : Math.Clamp(prediction, 0, 5).ToString("F3", CultureInfo.InvariantCulture);
        return prediction >= 0 && prediction < task.Labels.Count && float.IsInteger(prediction)
            ? task.Labels[(int)prediction]
            : throw new ArgumentException($"{prediction} is no class of {task.Name}, which has {task.Labels.Count}.");
    }

    private static string Name(GlueEvaluation evaluation) => evaluation.Submission + ".tsv";
}
