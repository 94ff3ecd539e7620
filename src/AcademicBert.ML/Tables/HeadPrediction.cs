using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Tables;

/// <summary>What a model's head predicts of a row, as texts.</summary>
/// <param name="Model">The transformer.</param>
/// <param name="Bert">The model that it predicts with.</param>
/// <param name="Columns">Names of what is predicted.</param>
/// <param name="Reads">Columns of the transformer that it is read from.</param>
/// <param name="Open">Starts to read from a cursor.</param>
internal sealed record HeadPrediction(ITransformer Model, PretrainedBert Bert, IReadOnlyList<string> Columns, IReadOnlyList<string> Reads, Func<DataViewRow, Func<string[]>> Open)
{
    private const string Label = "PredictedLabel", Score = "Score", WordsColumn = "Words", Filled = "Filled";

    /// <summary>Returns a row that can be predicted.</summary>
    /// <exception cref="InvalidDataException">It cannot be.</exception>
    public Func<TextRow, TextRow> Check { get; private init; } = row => row;

    /// <exception cref="ArgumentException">The model has no head that predicts, or an option does not fit it; the message says what to do.</exception>
    public static HeadPrediction Of(IHostEnvironment environment, PretrainedBert bert, PredictionOptions options)
    {
        var columns = new ScoringColumns(options.Text, options.SecondText, Score, Label, null, options.MaxLength, options.BatchSize, options.Precision);
        if (options.MaxLength > bert.Config.MaxPositions)
            throw new ArgumentException($"{nameof(PredictionOptions)}.{nameof(PredictionOptions.MaxLength)} is {options.MaxLength}; the model has {bert.Config.MaxPositions} trained positions.", nameof(PredictionOptions.MaxLength));
        // Of a model from elsewhere it is not known (null).
        if (bert.Config.TrainedTokenTypes == 1)
            RequireOneText(options, "was trained on single texts");
        switch (bert.Model.Head.Kind)
        {
            case HeadKind.Classifier when bert.Model.Head.Outputs == 1:
                RequireNoScores(options, "predicts a number");
                var number = new BertRegressionTransformer(environment, FinetunedBert.Of(bert, columns));
                return new(number, number.Bert, ["score"], [Score], OpenNumber);
            case HeadKind.Classifier:
                return OfClasses(environment, bert, columns, options.AllScores);
            case HeadKind.TokenClassifier:
                RequireOneText(options, "labels the words of one text");
                RequireNoScores(options, "labels words");
                var words = new BertTokenClassificationTransformer(environment, bert, new BertTokenClassificationColumns(options.Text, Label, Score, WordsColumn, 0, options.BatchSize));
                return new(words, words.Bert, ["words", "labels", "probabilities"], [Label, Score, WordsColumn], row => OpenWords(row, words.Classes));
            case HeadKind.MaskedLanguageModel or HeadKind.MaskedLanguageModelWithNextSentence:
                RequireOneText(options, "fills one text");
                RequireNoScores(options, "predicts words");
                var filled = new BertFillMaskColumns(options.Text, Filled, options.Words);
                var filler = new BertFillMaskTransformer(environment, bert, filled);
                return new(filler, filler.Bert, ["filled", "words", "probabilities"], [filled.Output, filled.Words, filled.Probabilities], row => OpenFilled(row, filled))
                {
                    Check = row => row.Text.Contains(Vocabulary.Mask, StringComparison.Ordinal)
                        ? row
                        : throw new InvalidDataException($"{(row.At.Length > 0 ? row.At + ": there" : "There")} is no {Vocabulary.Mask} in the text, and the model was pretrained only: it tells the words that {Vocabulary.Mask} stands for. To have it predict labels, fine-tune it first."),
                };
            default:
                throw new ArgumentException($"The model has {bert.Model.Head}, and predicts nothing. Fine-tune it first, or have it make embeddings.");
        }
    }

    private static HeadPrediction OfClasses(IHostEnvironment environment, PretrainedBert bert, ScoringColumns columns, bool allScores)
    {
        LabelKeys labels = LabelKeys.OfNames(bert.Labels ?? bert.Model.Head.DefaultLabels);
        IReadOnlyList<string> names = labels.Names;
        var classes = new BertClassificationTransformer(environment, FinetunedBert.Of(bert, columns), labels);
        return new(
            classes, classes.Bert, ["label", "probability", .. allScores ? names : []], [Label, Score], row =>
            {
                Func<uint> label = Value<uint>(row, Label);
                Func<float[]> scores = Vector<float>(row, Score);
                return () =>
                {
                    int best = (int)label() - 1;
                    float[] all = scores();
                    return [names[best], Text(all[best]), .. allScores ? all.Select(Text) : []];
                };
            });
    }

    private static Func<string[]> OpenNumber(DataViewRow row)
    {
        Func<float> score = Value<float>(row, Score);
        return () => [Text(score())];
    }

    private static Func<string[]> OpenWords(DataViewRow row, IReadOnlyList<string> classes)
    {
        Func<uint[]> labels = Vector<uint>(row, Label);
        Func<float[]> scores = Vector<float>(row, Score);
        Func<ReadOnlyMemory<char>[]> words = Vector<ReadOnlyMemory<char>>(row, WordsColumn);
        // Of a word beyond the longest input nothing is known.
        return () => [Joined(words()), string.Join(' ', labels().Select(label => label == 0 ? "?" : classes[(int)label - 1])), string.Join(' ', scores().Select(Text))];
    }

    private static Func<string[]> OpenFilled(DataViewRow row, BertFillMaskColumns columns)
    {
        Func<ReadOnlyMemory<char>> filled = Value<ReadOnlyMemory<char>>(row, columns.Output);
        Func<ReadOnlyMemory<char>[]> words = Vector<ReadOnlyMemory<char>>(row, columns.Words);
        Func<float[]> probabilities = Vector<float>(row, columns.Probabilities);
        return () => [filled().ToString(), Joined(words()), string.Join(' ', probabilities().Select(Text))];
    }

    private static void RequireOneText(PredictionOptions options, string what)
    {
        if (options.SecondText is not null)
            throw new ArgumentException($"{nameof(PredictionOptions)}.{nameof(PredictionOptions.SecondText)} is '{options.SecondText}', but the model {what}. Leave it out.", nameof(PredictionOptions.SecondText));
    }

    private static void RequireNoScores(PredictionOptions options, string what)
    {
        if (options.AllScores)
            throw new ArgumentException($"{nameof(PredictionOptions)}.{nameof(PredictionOptions.AllScores)} is true, but the model {what}, and has no classes of a text. Leave it out.", nameof(PredictionOptions.AllScores));
    }

    private static Func<T> Value<T>(DataViewRow row, string column)
    {
        ValueGetter<T> get = row.GetGetter<T>(row.Schema[column]);
        return () =>
        {
            T value = default!;
            get(ref value);
            return value;
        };
    }

    private static Func<T[]> Vector<T>(DataViewRow row, string column)
    {
        Func<VBuffer<T>> get = Value<VBuffer<T>>(row, column);
        return () => [.. get().DenseValues()];
    }

    private static string Joined(ReadOnlyMemory<char>[] words) => string.Join(' ', words.Select(word => word.ToString()));

    private static string Text(float value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
