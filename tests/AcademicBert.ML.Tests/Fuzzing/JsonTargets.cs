using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Glue;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;
using AcademicBert.Tensors;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Formats in JSON: descriptions of models, tokenizers, corpora and checkpoints, and options.</summary>
internal static class JsonTargets
{
    private static readonly Type[] s_options = [typeof(InvalidDataException), typeof(ArgumentException)];
    private static readonly BertConfig s_model = new() { VocabularySize = 11, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 12, MaxPositions = 6 };

    public static IEnumerable<FuzzTarget> All =>
    [
        Config(), Folder(), ShardIndex(), Tokenizer(), TokenizerConfig(), CorpusDescription(), Recipe(), FinetuningRecipeFile(), GlueOptionsFile(), SearchOptionsFile(), RunOptions(), OptionsOfSearch(), CheckpointManifest(), CheckpointState(),
    ];

    private static FuzzTarget Config() => Make(
        "config.json",
        [
            Written(ModelFolder.ConfigFile, folder => Save(folder, HeadSpec.MaskedLanguageModel)), Written(ModelFolder.ConfigFile, folder => Save(folder, HeadSpec.Classifier(2))),
            .. new[] { "budget_seqcls_preln_2label_mini", "hf_seqcls_3label_mini" }.Select(fixture => File.ReadAllBytes(TestData.Fixture(fixture, ModelFolder.ConfigFile))),
        ],
        (folder, input) => ModelDescriptionReader.Read(FuzzFiles.Put(folder, ModelFolder.ConfigFile, input)));

    /// <summary>A description that may not fit its weights.</summary>
    private static FuzzTarget Folder() => Make(
        "model folder", [Written(ModelFolder.ConfigFile, folder => Save(folder, HeadSpec.MaskedLanguageModel))],
        (folder, input) =>
        {
            string model = FuzzFiles.Once(folder, "model", path => Save(path, HeadSpec.MaskedLanguageModel));
            FuzzFiles.Put(model, ModelFolder.ConfigFile, input);
            ModelFolder.Load(model).Model.Dispose();
        });

    private static FuzzTarget ShardIndex() => Make(
        "shard index", [Utf8("""{"metadata":{"total_size":8},"weight_map":{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"}}""")],
        (folder, input) =>
        {
            string shards = FuzzFiles.Once(folder, "shards", path =>
            {
                Directory.CreateDirectory(path);
                SafeTensorsWriter.Write(Path.Combine(path, "1.safetensors"), [Number("a"), Number("b")]);
                SafeTensorsWriter.Write(Path.Combine(path, "2.safetensors"), [Number("c")]);
            });
            FuzzFiles.Put(shards, SafeTensorsCollection.IndexFile, input);
            using SafeTensorsCollection collection = SafeTensorsCollection.Open(shards);
            foreach (string name in collection.Names)
                collection.FileOf(name).CopyTo(name, new float[1]);
        }) with { Refusals = [typeof(InvalidDataException), typeof(FileNotFoundException)] };

    private static FuzzTarget Tokenizer() => Make(
        "tokenizer.json", [Written(TokenizerJson.FileName, folder => TokenizerJson.Write(SomeTokenizer(), Path.Combine(folder, TokenizerJson.FileName)))],
        (folder, input) => TokenizerJson.ReadVocabulary(FuzzFiles.Put(folder, TokenizerJson.FileName, input)));

    private static FuzzTarget TokenizerConfig() => Make(
        "tokenizer_config.json", [Written("tokenizer_config.json", folder => TokenizerFolder.Save(SomeTokenizer(), folder, 128))],
        (folder, input) =>
        {
            string tokenizer = FuzzFiles.Once(folder, "tokenizer", path =>
            {
                Directory.CreateDirectory(path);
                TokenizerFolder.Save(SomeTokenizer(), path, 128);
            });
            FuzzFiles.Put(tokenizer, "tokenizer_config.json", input);
            TokenizerFolder.Load(tokenizer);
        });

    private static FuzzTarget CorpusDescription() => Make(
        "corpus.json", [Written("corpus/corpus.json", BuildCorpus)],
        (folder, input) =>
        {
            string corpus = FuzzFiles.Once(folder, "corpus", _ => BuildCorpus(folder));
            FuzzFiles.Put(corpus, CorpusManifest.FileName, input);
            PreparedCorpus.Open(corpus).Dispose();
        });

    private static FuzzTarget Recipe() => Make(
        "recipe", [Utf8(new PretrainingRecipe().ToJson()), .. NamedRecipes.Names.Take(2).Select(name => Utf8(new PretrainingRecipe { Pretraining = NamedRecipes.Read(name).Pretraining }.ToJson())), Utf8("""{ "sources": { "pretraining.batchSize": "paper" }, "pretraining": { "batchSize": 64, /* a comment */ } }""")],
        (_, input) => PretrainingRecipe.Parse(Text(input), "the input").Validate()) with { Refusals = s_options };

    private static FuzzTarget FinetuningRecipeFile() => Make(
        "finetuning recipe", [Utf8(new FinetuningRecipe { SecondText = "other", ClassWeights = new Dictionary<string, double> { ["a"] = 2 } }.ToJson())],
        (_, input) => FinetuningRecipe.Parse(Text(input), "the input").Validate()) with { Refusals = s_options };

    private static FuzzTarget GlueOptionsFile() => Make(
        "GLUE options", [Utf8(new GlueOptions().ToJson())], (_, input) => GlueOptions.Parse(Text(input), "the input").Validate()) with { Refusals = s_options, Room = 256 << 20 };

    private static FuzzTarget SearchOptionsFile() => Make(
        "search options", [Utf8(new SearchOptions { Space = [SearchDimension.Of("batchSize", 16, 32)] }.ToJson())], (_, input) => SearchOptions.Parse(Text(input), "the input").Validate())
        // A grid is as large as the product of what its options try.
        with { Refusals = s_options, Room = 256 << 20 };

    private static FuzzTarget RunOptions() => Make(
        "options of a run",
        [
            Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, ("corpus", "a"), new PretrainingOptions())),
            Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, ("corpus", "a"), new PretrainingOptions { Seed = 7 })),
        ],
        (folder, input) =>
        {
            FuzzFiles.Put(folder, OptionsFile.Name, input);
            OptionsFile.Read<PretrainingOptions>(folder, "corpus").Options.Validate();
            OptionsFile.Prepare(folder, begun: true, ("corpus", "a"), new PretrainingOptions(), "seed");
        }) with { Refusals = s_options };

    private static FuzzTarget OptionsOfSearch() => Make(
        "options of a search", [Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, ("corpus", "a"), new SearchOptions { Space = [SearchDimension.Of("batchSize", 16, 32)] }))],
        (folder, input) =>
        {
            FuzzFiles.Put(folder, OptionsFile.Name, input);
            OptionsFile.Prepare(folder, begun: true, ("corpus", "a"), new SearchOptions { Space = [SearchDimension.Of("batchSize", 16, 32)] }, "space", "recipe.text");
        }) with { Refusals = s_options };

    private static FuzzTarget CheckpointManifest() => Make(
        "checkpoint manifest", [Written("a/manifest.json", folder => BuildCheckpoint(Path.Combine(folder, "a")))],
        (folder, input) =>
        {
            string checkpoint = FuzzFiles.Once(folder, "a", BuildCheckpoint);
            FuzzFiles.Put(checkpoint, "manifest.json", input);
            FolderManifest.Verify(checkpoint);
        });

    private static FuzzTarget CheckpointState() => Make(
        "checkpoint state",
        [
            Utf8(Checkpoint.Text(new TrainingState { Position = new TrainingPosition(3, 48, 1.5), OptimizerSteps = 3, LastValidation = new ValidationScore(1.25, 0.5, 40), BestLoss = 1.25, LossScale = 1024, InterruptedAfter = new TrainingPosition(2, 32, 1), Ended = StopReason.EarlyExit })),
        ],
        (folder, input) => Checkpoint.ReadState(FuzzFiles.Put(folder, "state.json", input)));

    private static FuzzTarget Make(string name, IReadOnlyList<byte[]> valid, Action<string, byte[]> read) => new(name, valid, read, FuzzFiles.IsObject) { IsJson = true };

    private static void Save(string folder, HeadSpec head)
    {
        Directory.CreateDirectory(folder);
        using BertModel model = BertModel.Create(s_model, head, seed: 1);
        ModelFolder.Save(model, folder, head.Kind == HeadKind.Classifier ? ["no", "yes"] : null);
    }

    private static void BuildCorpus(string folder) => CorpusBuilder.Build(
        new TinyText(6), SomeTokenizer(), Path.Combine(folder, "corpus"), new CorpusOptions { SequenceLength = 16, HeldOutFraction = 0.3 }).Dispose();

    private static void BuildCheckpoint(string folder) => FolderManifest.Write(folder, [("model.safetensors", stream => stream.Write("weights"u8)), ("state.json", stream => stream.Write("{}"u8))]);

    private static BertWordPieceTokenizer SomeTokenizer() =>
        BertWordPieceTokenizer.Create(Vocabulary.FromWords([Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "the", "##s", "bread", "é"]));

    private static SafeTensorsWriter.Item Number(string name) => new(name, "F32", [1], stream => stream.Write(new byte[4]));

    private static byte[] Written(string name, Action<string> write) => FuzzFiles.Written(name, write);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] input) => Encoding.UTF8.GetString(input);
}
