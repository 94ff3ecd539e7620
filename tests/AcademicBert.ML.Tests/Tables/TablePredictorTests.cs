using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Tables;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class TablePredictorTests
{
    private static readonly BertWordPieceTokenizer s_tokenizer =
        BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ann", "##a", "met", "bob", "in", "rome", "."]));

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly MLContext _context = new(1);

    private string Model => Path.Combine(_folder, "model");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Predict_Classifier_GivesWhatTheVerbGives()
    {
        Save(HeadSpec.Classifier(3), ["no", "a\tb", "yes"]);
        TextRow[] rows = [.. Enumerable.Range(0, 9).Select(row => new TextRow(string.Join(' ', Enumerable.Repeat("anna met", row)), "bob in rome"))];
        string[][] predicted = Predict(rows, new PredictionOptions { SecondText = "other", AllScores = true, BatchSize = 4 }, out string[] columns);
        Assert.AreSequenceEqual(["label", "probability", "no", "a\tb", "yes"], columns);
        IDataView scored = Score(_context.Transforms.Text.BertClassification(Model, "Text", "SecondText"), rows);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[] labels = [.. scored.GetColumn<uint>("PredictedLabel")];
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.AreEqual(columns[2 + (int)labels[row] - 1], predicted[row][0]);
            Assert.AreEqual(scores[row].Max(), float.Parse(predicted[row][1], System.Globalization.CultureInfo.InvariantCulture), 1e-5);
            for (int i = 0; i < 3; i++)
                Assert.AreEqual(scores[row][i], float.Parse(predicted[row][2 + i], System.Globalization.CultureInfo.InvariantCulture), 1e-5);
        }
    }

    [TestMethod]
    public void Predict_Regressor_GivesWhatTheVerbGives()
    {
        Save(HeadSpec.Classifier(1));
        TextRow[] rows = [new("anna met bob"), new("")];
        string[][] predicted = Predict(rows, new PredictionOptions(), out string[] columns);
        Assert.AreSequenceEqual(["score"], columns);
        float[] scores = [.. Score(_context.Transforms.Text.BertRegression(Model, "Text"), rows).GetColumn<float>("Score")];
        for (int row = 0; row < 2; row++)
            Assert.AreEqual(scores[row], float.Parse(predicted[row].Single(), System.Globalization.CultureInfo.InvariantCulture), 1e-4);
    }

    [TestMethod]
    public void Predict_TokenClassifier_GivesALabelForEachWordInTheFormFinetuningReads()
    {
        Save(HeadSpec.TokenClassifier(2), ["O", "B-PER"]);
        string[][] predicted = Predict([new("anna  met bob"), new(string.Join(' ', Enumerable.Repeat("bob", 20)))], new PredictionOptions(), out string[] columns);
        Assert.AreSequenceEqual(["words", "labels", "probabilities"], columns);
        Assert.AreEqual("anna met bob", predicted[0][0]);
        Assert.IsTrue(predicted[0][1].Split(' ') is [_, _, _] labels && labels.All(label => label is "O" or "B-PER"), predicted[0][1]);
        Assert.HasCount(3, predicted[0][2].Split(' '));
        Assert.AreEqual("?", predicted[1][1].Split(' ')[^1], "beyond the longest input nothing is known");
    }

    [TestMethod]
    public void Predict_PretrainedModel_FillsMasksAndRefusesTextWithoutWithItsPlace()
    {
        Save(HeadSpec.MaskedLanguageModel);
        string[][] predicted = Predict([new("anna met [MASK] .")], new PredictionOptions { Words = 3 }, out string[] columns);
        Assert.AreSequenceEqual(["filled", "words", "probabilities"], columns);
        Assert.AreEqual($"anna met {predicted[0][1].Split(' ')[0]} .", predicted[0][0].Replace("met##", "met ##"));
        Assert.HasCount(3, predicted[0][1].Split(' '));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Predict([new("[MASK]"), new("anna") { At = "x.tsv, line 3" }], new PredictionOptions(), out _)).Message;
        Assert.Contains("x.tsv, line 3: there is no [MASK]", message);
        Assert.Contains("fine-tune", message);
    }

    [TestMethod]
    public void Load_ModelWithoutAHead_SaysWhatToDo()
    {
        Save(HeadSpec.Pooler);
        Assert.Contains("Fine-tune it first", Assert.ThrowsExactly<ArgumentException>(() => TablePredictor.Load(Model, new PredictionOptions())).Message);
    }

    [TestMethod]
    [DataRow("TokenClassifier")]
    [DataRow("MaskedLanguageModel")]
    public void Load_PairForAModelOfOneText_IsRefused(string head)
    {
        Save(new HeadSpec(Enum.Parse<HeadKind>(head), head == "TokenClassifier" ? 2 : 0));
        Assert.Contains("SecondText is 'b'", Assert.ThrowsExactly<ArgumentException>(() => TablePredictor.Load(Model, new PredictionOptions { SecondText = "b" })).Message);
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, true)]
    [DataRow(null, true)]
    public void Load_PairForAClassifier_IsRefusedWhereItWasTrainedOnSingleTexts(int? trained, bool taken)
    {
        Save(HeadSpec.Classifier(2), trained: trained);
        void Load() => TablePredictor.Load(Model, new PredictionOptions { SecondText = "b" }).Dispose();
        if (taken)
            Load();
        else
            Assert.Contains("trained on single texts", Assert.ThrowsExactly<ArgumentException>(Load).Message);
    }

    [TestMethod]
    public void Load_SingleTextsForAModelOfPairs_IsRefused()
    {
        Save(HeadSpec.Classifier(1), trained: 2);
        new TableColumns("a", "b", "label").Save(Model);
        Assert.Contains("column 'b' was the second", Assert.ThrowsExactly<ArgumentException>(() => TablePredictor.Load(Model, new PredictionOptions { Text = "a" })).Message);
        TablePredictor.Load(Model, PredictionOptions.For(Model)).Dispose();
        IDataView texts = _context.Data.LoadFromEnumerable([new TextOfRow { Text = "a", SecondText = "b" }]);
        Assert.Contains("column 'b' was the second", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.Text.BertRegression(Model, "Text").Fit(texts)).Message);
        _context.Transforms.Text.BertRegression(Model, "Text", "SecondText").Fit(texts).Dispose();
    }

    [TestMethod]
    public void Load_InputLongerThanTheModel_IsRefused()
    {
        Save(HeadSpec.Classifier(2));
        Assert.Contains("16 trained positions", Assert.ThrowsExactly<ArgumentException>(() => TablePredictor.Load(Model, new PredictionOptions { MaxLength = 17 })).Message);
    }

    [TestMethod]
    public void Predict_RowsWithoutEnd_ComeAsTheyAreAskedFor()
    {
        Save(HeadSpec.Classifier(2), ["no", "yes"]);
        int read = 0;
        IEnumerable<TextRow> Endless()
        {
            while (true)
            {
                read++;
                yield return new TextRow("anna met bob");
            }
        }

        using var predictor = TablePredictor.Load(Model, new PredictionOptions { BatchSize = 8 });
        Assert.HasCount(20, predictor.Predict(Endless()).Take(20).ToList());
        Assert.IsLessThan(60, read);
    }

    [TestMethod]
    public void Write_RowThatIsRefused_LeavesTheFileThatWasThere()
    {
        Save(HeadSpec.MaskedLanguageModel);
        string file = Path.Combine(_folder, "out.tsv");
        File.WriteAllText(file, "before");
        using var predictor = TablePredictor.Load(Model, new PredictionOptions { BatchSize = 1 });
        Assert.ThrowsExactly<InvalidDataException>(() => predictor.Write([new TextRow("[MASK]"), new TextRow("[MASK]"), new TextRow("anna")], file));
        Assert.AreEqual("before", File.ReadAllText(file));
        Assert.AreEqual(2, predictor.Write([new TextRow("[MASK] met bob"), new TextRow("a\tb\n[MASK]")], file));
        string[] lines = File.ReadAllLines(file);
        Assert.HasCount(3, lines);
        Assert.IsTrue(lines.All(line => line.Split('\t').Length == 3), "tabs and line ends of the text are spaces");
    }

    [TestMethod]
    public void Write_FileThatEndsInCsv_HasCommasAndCanBeReadAsATable()
    {
        Save(HeadSpec.MaskedLanguageModel);
        string file = Path.Combine(_folder, "out.csv");
        using var predictor = TablePredictor.Load(Model, new PredictionOptions());
        predictor.Write([new TextRow("\"anna\", they say, met [MASK]")], file);
        IReadOnlyList<string> expected = predictor.Predict([new TextRow("\"anna\", they say, met [MASK]")]).Single();
        using var table = new TableFile(file, separator: ',', quoted: true);
        Assert.IsTrue(table.TryRead(out string[] fields));
        Assert.IsNull(table.Problem(fields));
        Assert.AreSequenceEqual(expected, fields);
    }

    [TestMethod]
    public void Write_KeptColumns_BelongToTheirRowsInWhateverOrderRowsAreScored()
    {
        Save(HeadSpec.MaskedLanguageModel);
        TextRow[] rows = [.. Enumerable.Range(0, 11).Select(row => new TextRow($"[MASK] {string.Join(' ', Enumerable.Repeat("anna", row * 7 % 5))}") { Kept = [KeyValuePair.Create("id", $"{row}"), KeyValuePair.Create("words", "own")] })];
        using var predictor = TablePredictor.Load(Model, new PredictionOptions { BatchSize = 4 });
        var written = new StringWriter();
        Assert.AreEqual(11, predictor.Write(rows, written));
        string[] lines = written.ToString().TrimEnd('\n').Split('\n');
        Assert.AreEqual("id\twords\tfilled\tpredictedWords\tprobabilities", lines[0]);
        Assert.AreSequenceEqual(predictor.Predict(rows).Select((row, id) => $"{id}\town\t{string.Join('\t', row)}"), lines[1..]);
    }

    private string[][] Predict(IEnumerable<TextRow> rows, PredictionOptions options, out string[] columns)
    {
        using var predictor = TablePredictor.Load(Model, options);
        columns = [.. predictor.Columns];
        return [.. predictor.Predict(rows).Select(row => row.ToArray())];
    }

    private IDataView Score<T>(IEstimator<T> estimator, TextRow[] rows)
        where T : class, ITransformer
    {
        IDataView view = _context.Data.LoadFromEnumerable(rows.Select(row => new TextOfRow { Text = row.Text, SecondText = row.SecondText }));
        return estimator.Fit(view).Transform(view);
    }

    private void Save(HeadSpec head, string[]? labels = null, int? trained = null)
    {
        var config = new BertConfig { VocabularySize = 12, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaxPositions = 16, InitializerRange = 0.5, TrainedTokenTypes = trained };
        using var bert = new PretrainedBert(BertModel.Create(config, head, 4), s_tokenizer, labels: labels);
        bert.Save(Model);
    }
}
