using System.Globalization;
using AcademicBert.Corpus;
using Microsoft.ML;

namespace AcademicBert.Tables;

/// <summary>The labelled rows of files, and what their labels are.</summary>
/// <param name="Task">What the labels are; never <see cref="FinetuningTask.Auto"/>.</param>
/// <param name="Classes">Names of classes or of words' labels, those of the training rows, sorted; empty for numbers.</param>
/// <param name="Training">Rows to train on.</param>
/// <param name="Validation">Rows to validate by.</param>
internal sealed record TableData(FinetuningTask Task, IReadOnlyList<string> Classes, IReadOnlyList<LabelledTextRow> Training, IReadOnlyList<LabelledTextRow> Validation)
{
    private const int MostNamed = 10;

    // Fewer rows may each be of a class of its own; of more, most share theirs.
    private const int FewRows = 10;
    private const double MostValues = 0.5;

    /// <summary>Reads the files, and checks every label.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or a label is none; the message names file, line and column.</exception>
    public static TableData Read(FinetuningRecipe recipe, string trainingFile, string? validationFile, Action<string>? log, CancellationToken cancellationToken)
    {
        List<LabelledTextRow> rows = ReadFile(recipe, trainingFile, log, cancellationToken), validation = validationFile is null ? [] : ReadFile(recipe, validationFile, log, cancellationToken);
        FinetuningTask task = recipe.Task == FinetuningTask.Auto ? TaskOf(rows.Concat(validation)) : recipe.Task;
        foreach (LabelledTextRow row in rows.Concat(validation))
            Check(row, task, recipe);
        if (task == FinetuningTask.Classification)
            RequireSharedLabels(rows, recipe, trainingFile);
        if (validationFile is null)
            (rows, validation) = Split(rows, task == FinetuningTask.Classification, recipe, log);
        if (validation.Count > 0 && Repeated(rows, validation) is > 0 and var repeated)
            log?.Invoke($"{repeated} of the {validation.Count} rows {(validationFile is null ? "that are held out" : $"of {validationFile}")} stand among the rows to train on too: metrics on them say little about new texts.");
        string[] classes = task switch
        {
            FinetuningTask.Classification => Sorted(rows.Select(row => row.Label)),
            FinetuningTask.TokenClassification => Sorted(rows.SelectMany(row => Words(row.Label))),
            _ => [],
        };
        if (task != FinetuningTask.Regression && classes.Length < 2)
            throw new InvalidDataException($"{trainingFile}: column '{recipe.Label}' holds only '{classes[0]}'; there is nothing to tell apart.");
        foreach (IGrouping<string, string> alike in classes.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(alike => alike.Count() > 1))
            log?.Invoke($"The classes {string.Join(" and ", alike.Select(name => $"'{TableFile.Short(name)}'"))} differ in upper case only, and are learnt as different ones.");
        validation = task == FinetuningTask.Classification ? Known(validation, classes, log) : validation;
        if (task != FinetuningTask.Classification && (recipe.BalanceClasses || recipe.ClassWeights is not null))
            throw new ArgumentException($"{nameof(FinetuningRecipe)} weights classes, but column '{recipe.Label}' of {trainingFile} holds {(task == FinetuningTask.Regression ? "numbers" : "labels of words")}.");
        return new TableData(task, classes, rows, validation);
    }

    /// <summary>Reads rows to measure a model on that is trained already.</summary>
    /// <param name="task">What its labels are.</param>
    /// <param name="classes">Their names.</param>
    /// <param name="file">The file.</param>
    /// <param name="recipe">Names the columns.</param>
    /// <param name="log">Told of rows that are left out.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="InvalidDataException">The file is malformed, or a label is none of the model's; the message names file, line and column.</exception>
    public static TableData ReadFor(FinetuningTask task, IReadOnlyList<string> classes, string file, FinetuningRecipe recipe, Action<string>? log, CancellationToken cancellationToken)
    {
        List<LabelledTextRow> rows = ReadFile(recipe, file, log, cancellationToken);
        HashSet<string> known = [.. classes];
        foreach (LabelledTextRow row in rows)
        {
            Check(row, task, recipe);
            if (task != FinetuningTask.Regression && (task == FinetuningTask.Classification ? [row.Label] : Words(row.Label)).FirstOrDefault(label => !known.Contains(label)) is { } unknown)
                throw new InvalidDataException($"{row.Row.At}, column '{recipe.Label}': '{TableFile.Short(unknown)}' is no label of the model; it has {Named(classes)}.");
        }

        return new TableData(task, classes, rows, rows);
    }

    /// <summary>The first classes by name, for messages.</summary>
    public static string Named(IReadOnlyList<string> classes) =>
        $"{string.Join(", ", classes.Take(MostNamed).Select(TableFile.Short))}{(classes.Count > MostNamed ? ", ..." : "")}";

    /// <summary>Rows as a view, with the file's names for its columns; the label is a number, a key, or a key for each word.</summary>
    public IDataView View(MLContext context, IReadOnlyList<LabelledTextRow> rows, FinetuningRecipe recipe)
    {
        if (Task == FinetuningTask.Regression)
            return TextView.Of(context, rows.Select(row => new LabelledText<float> { Text = row.Row.Text, SecondText = row.Row.SecondText, Label = Number(row.Label)!.Value }), recipe, recipe.Label);
        IDataView keys = context.Data.LoadFromEnumerable(Classes.Select(name => new Class { Name = name }));
        IDataView view = Task == FinetuningTask.TokenClassification
            ? TextView.Of(context, rows.Select(row => new LabelledText<string[]> { Text = row.Row.Text, Label = Words(row.Label) }), recipe, recipe.Label)
            : TextView.Of(context, rows.Select(row => new LabelledText<string> { Text = row.Row.Text, SecondText = row.Row.SecondText, Label = row.Label }), recipe, recipe.Label);
        return context.Transforms.Conversion.MapValueToKey(recipe.Label, keyData: keys).Fit(view).Transform(view);
    }

    /// <summary>The labels of a row's words.</summary>
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A label as a number; null: it is none.</summary>
    public static float? Number(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number) ? number : null;

    private static List<LabelledTextRow> ReadFile(FinetuningRecipe recipe, string path, Action<string>? log, CancellationToken cancellationToken)
    {
        (List<LabelledTextRow> rows, int skipped) = TableReader.ReadLabelled(path, recipe, recipe.Label, cancellationToken);
        if (skipped > 0)
            log?.Invoke($"{path}: {skipped} rows have no label; they are left out.");
        return rows;
    }

    private static int Repeated(List<LabelledTextRow> rows, List<LabelledTextRow> validation)
    {
        HashSet<(string, string?)> known = [.. rows.Select(row => (row.Row.Text, row.Row.SecondText))];
        return validation.Count(row => known.Contains((row.Row.Text, row.Row.SecondText)));
    }

    /// <summary>Refuses a column of numbers of rows, of names or of texts, from which no class can be learnt.</summary>
    private static void RequireSharedLabels(List<LabelledTextRow> rows, FinetuningRecipe recipe, string file)
    {
        int values = rows.DistinctBy(row => row.Label).Count();
        if (rows.Count >= FewRows && values > rows.Count * MostValues)
            throw new InvalidDataException($"{file}: column '{recipe.Label}' has {values} different values in {rows.Count} rows, such as '{TableFile.Short(rows[0].Label)}', so that there are hardly classes to learn. Name the column of the labels by {nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.Label)}, or set {nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.Task)} to {FinetuningTask.Regression} to learn numbers.");
    }

    private static List<LabelledTextRow> Known(List<LabelledTextRow> validation, string[] classes, Action<string>? log)
    {
        HashSet<string> known = [.. classes];
        foreach (IGrouping<string, LabelledTextRow> row in validation.Where(row => !known.Contains(row.Label)).GroupBy(row => row.Label).OrderBy(rows => rows.Key, StringComparer.Ordinal))
            log?.Invoke($"Class '{TableFile.Short(row.Key)}' stands only in held-out rows ({row.Count()}), so that it cannot be learnt; they are left out.");
        return [.. validation.Where(row => known.Contains(row.Label))];
    }

    private static (List<LabelledTextRow> Training, List<LabelledTextRow> Validation) Split(List<LabelledTextRow> rows, bool haveClasses, FinetuningRecipe recipe, Action<string>? log)
    {
        IReadOnlySet<int> chosen = HeldOutRows.Draw([.. rows.Select(row => haveClasses ? row.Label : "")], recipe.ValidationShare, recipe.Finetuning.Seed);
        if (chosen.Count == rows.Count)
            throw new ArgumentException($"{nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.ValidationShare)} of {recipe.ValidationShare} leaves none of {rows.Count} rows to train on.");
        // Both parts keep the order of the file.
        List<LabelledTextRow> training = [.. rows.Where((_, row) => !chosen.Contains(row))], validation = [.. rows.Where((_, row) => chosen.Contains(row))];
        if (haveClasses && recipe.ValidationShare > 0)
        {
            HashSet<string> held = [.. validation.Select(row => row.Label)];
            string[] few = [.. training.Where(row => !held.Contains(row.Label)).CountBy(row => row.Label).OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"'{TableFile.Short(row.Key)}' ({row.Value})")];
            if (few.Length > 0)
                log?.Invoke($"Too few rows for one to be held out: {string.Join(", ", few.Take(MostNamed))}{(few.Length > MostNamed ? ", ..." : "")}. How well these classes are told apart is not measured.");
        }

        return (training, validation);
    }

    private static FinetuningTask TaskOf(IEnumerable<LabelledTextRow> rows)
    {
        bool fractions = false;
        foreach (LabelledTextRow row in rows)
        {
            if (Number(row.Label) is not { } number)
                return FinetuningTask.Classification;
            fractions |= !float.IsInteger(number) || row.Label.Contains('.', StringComparison.Ordinal);
        }

        return fractions ? FinetuningTask.Regression : FinetuningTask.Classification;
    }

    private static void Check(LabelledTextRow row, FinetuningTask task, FinetuningRecipe recipe)
    {
        if (task == FinetuningTask.Regression && Number(row.Label) is null)
            throw new InvalidDataException($"{row.Row.At}, column '{recipe.Label}': '{TableFile.Short(row.Label)}' is no number.");
        if (task == FinetuningTask.TokenClassification && Words(row.Row.Text).Length is var words && Words(row.Label).Length is var labels && words != labels)
            throw new InvalidDataException($"{row.Row.At}, column '{recipe.Label}': has {labels} labels for the {words} words of column '{recipe.Text}'; it needs a label for each word, with spaces between them.");
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];

    private sealed class Class
    {
        public string Name { get; set; } = "";
    }
}
