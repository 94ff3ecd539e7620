using System.Globalization;
using AcademicBert.Corpus;

namespace AcademicBert.Glue;

/// <summary>A row of a GLUE file.</summary>
/// <param name="Sentence1">The sentence, or the first of a pair.</param>
/// <param name="Sentence2">The second sentence; null: there is none.</param>
/// <param name="Label">Number of the class from 0, or the number itself; NaN in a test file.</param>
public readonly record struct GlueRow(string Sentence1, string? Sentence2, float Label);

/// <summary>The rows of a file, and how many lines were left out because they are broken.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Skipped">Lines left out.</param>
public sealed record GlueRows(IReadOnlyList<GlueRow> Rows, int Skipped);

/// <summary>Reads files in the official GLUE layout, <c>.tsv</c> or <c>.tsv.gz</c>.</summary>
public static class GlueFile
{
    /// <summary>Reads the training rows.</summary>
    /// <param name="dataFolder">The folder that holds a folder for each task.</param>
    /// <param name="task">The task.</param>
    /// <param name="skipBrokenRows">Leave out rows with a wrong number of columns, which the official QQP file has, instead of refusing the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file; the message says where it was looked for.</exception>
    /// <exception cref="InvalidDataException">The file is empty or malformed; the message names file, line and column.</exception>
    public static GlueRows Train(string dataFolder, GlueTask task, bool skipBrokenRows = false) =>
        Read(TrainPath(dataFolder, task), task, labelled: true, skipBrokenRows);

    /// <summary>Reads the dev rows.</summary>
    /// <param name="dataFolder">The folder that holds a folder for each task.</param>
    /// <param name="task">The task.</param>
    /// <param name="evaluation">Which of the task's.</param>
    /// <inheritdoc cref="Train" path="/exception"/>
    public static GlueRows Dev(string dataFolder, GlueTask task, GlueEvaluation evaluation) =>
        Read(DevPath(dataFolder, task, evaluation), task, labelled: true, skipBrokenRows: false);

    /// <summary>The file of the test rows.</summary>
    /// <inheritdoc cref="Dev" path="/exception"/>
    internal static string TestPath(string dataFolder, GlueTask task, GlueEvaluation evaluation) => Find(dataFolder, task, evaluation.Test);

    /// <summary>Reads the test rows, in the order a submission numbers them.</summary>
    /// <inheritdoc cref="Dev"/>
    public static GlueRows Test(string dataFolder, GlueTask task, GlueEvaluation evaluation) =>
        Read(TestPath(dataFolder, task, evaluation), task, labelled: false, skipBrokenRows: false);

    /// <summary>Whether the test rows are there.</summary>
    public static bool HasTest(string dataFolder, GlueTask task, GlueEvaluation evaluation) => Candidates(dataFolder, task, evaluation.Test).Any(File.Exists);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="task">The task it belongs to.</param>
    /// <param name="labelled">Whether it has labels (train and dev).</param>
    /// <param name="skipBrokenRows">Leave out rows with a wrong number of columns instead of refusing the file.</param>
    /// <inheritdoc cref="Train" path="/exception"/>
    public static GlueRows Read(string path, GlueTask task, bool labelled, bool skipBrokenRows = false)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var file = new TableFile(path, labelled ? task.ColumnsWithoutHeader : null);
        int first = file.Column(task.Sentence1);
        int? second = task.Sentence2 is { } name ? file.Column(name) : null, label = labelled ? file.Column(task.Label) : null;
        int? index = labelled ? null : file.Column("index");
        var rows = new List<GlueRow>();
        int skipped = 0;
        while (file.TryRead(out string[] fields))
        {
            if (file.Problem(fields) is { } problem)
            {
                if (!skipBrokenRows)
                    throw new InvalidDataException(problem + (labelled ? $" Correct the line, or set {nameof(GlueOptions)}.{nameof(GlueOptions.SkipBrokenRows)}." : ""));
                skipped++;
                continue;
            }

            if (index is { } number && fields[number] != rows.Count.ToString(CultureInfo.InvariantCulture))
                throw new InvalidDataException($"{file.At}: the index is '{TableFile.Short(fields[number])}', it should be {rows.Count}.");
            rows.Add(new GlueRow(fields[first], second is { } other ? fields[other] : null, label is { } column ? Label(fields[column], task, file.At) : float.NaN));
        }

        return rows.Count > 0 ? new GlueRows(rows, skipped) : throw new InvalidDataException($"{path}: holds no rows.");
    }

    /// <summary>Where the training rows are.</summary>
    internal static string TrainPath(string dataFolder, GlueTask task) => Find(dataFolder, task, "train");

    /// <summary>Where the dev rows are.</summary>
    internal static string DevPath(string dataFolder, GlueTask task, GlueEvaluation evaluation) =>
        Find(dataFolder, task, evaluation.Dev ?? throw new ArgumentException($"{evaluation.Submission} has no dev rows.", nameof(evaluation)));

    private static float Label(string text, GlueTask task, string at)
    {
        if (task.IsRegression)
        {
            return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && number is >= 0 and <= 5
                ? number
                : throw new InvalidDataException($"{at}, column '{task.Label}': '{TableFile.Short(text)}' is no number from 0 to 5.");
        }

        for (int i = 0; i < task.Labels.Count; i++)
            if (task.Labels[i] == text)
                return i;
        throw new InvalidDataException($"{at}, column '{task.Label}': '{TableFile.Short(text)}' is no label of {task.Name}; labels are {string.Join(", ", task.Labels)}.");
    }

    private static string Find(string dataFolder, GlueTask task, string name)
    {
        if (!Directory.Exists(dataFolder))
            throw new DirectoryNotFoundException($"{(File.Exists(dataFolder) ? $"'{dataFolder}' is a file" : $"There is no folder '{dataFolder}'")}; name the folder that holds a folder for each task.");
        return Candidates(dataFolder, task, name).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{task.Name} has no {name}.tsv or {name}.tsv.gz in '{Path.Combine(dataFolder, task.Name)}'.");
    }

    // The official download keeps the diagnostic set in a folder of its own name; others put it into AX.
    private static IEnumerable<string> Candidates(string dataFolder, GlueTask task, string name) =>
        ((string[])[task.Name, name]).SelectMany(folder => ((string[])[name, task.Name]).SelectMany(file => ((string[])[".tsv", ".tsv.gz"]).Select(ending => Path.Combine(dataFolder, folder, file + ending))));
}
