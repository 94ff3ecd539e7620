using System.Text.Json;
using AcademicBert.Files;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>A model that was loaded, and how it fits what was stored.</summary>
/// <param name="Model">The model.</param>
/// <param name="Labels">Names of a classifier's classes; null if there are none.</param>
/// <param name="Missing">Parameters the configuration speaks of and the files do not have: a head that was left out.</param>
/// <param name="Unused">Tensors of the files that the model does not use.</param>
internal sealed record LoadedModel(BertModel Model, IReadOnlyList<string>? Labels, IReadOnlyList<string> Missing, IReadOnlyList<string> Unused);

/// <summary>The files of a model folder that describe the network: <c>config.json</c> and <c>model.safetensors</c>, or its shards.</summary>
internal static class ModelFolder
{
    public const string ConfigFile = "config.json";
    public const string WeightsFile = SafeTensorsCollection.SingleFile;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Writes both files into an existing folder, each under a temporary name first.</summary>
    public static void Save(BertModel model, string folder, IReadOnlyList<string>? labels = null, WeightType type = WeightType.Float32) =>
        Save(new ModelDescription(model.Config, model.Head, labels), [.. ParameterFile.Items(model.Parameters, type)], type, folder);

    /// <summary>Writes a description and weights.</summary>
    public static void Save(ModelDescription description, IReadOnlyList<SafeTensorsWriter.Item> weights, WeightType type, string folder)
    {
        SafeTensorsWriter.Write(Path.Combine(folder, WeightsFile), weights);
        NewFile.WriteText(Path.Combine(folder, ConfigFile), ModelDescriptionWriter.Write(description, type).ToJsonString(s_indented) + "\n");
    }

    /// <summary>Shape and architecture of a stored model: what <see cref="Load"/> would make, checked against the weights without reading them.</summary>
    /// <inheritdoc cref="Load"/>
    public static BertConfig ReadConfig(string folder) => ReadShape(folder).Config;

    /// <summary>The head of a stored model: as <see cref="ReadConfig"/>.</summary>
    /// <inheritdoc cref="Load"/>
    public static HeadSpec ReadHead(string folder) => ReadShape(folder).Head;

    private static (BertConfig Config, HeadSpec Head) ReadShape(string folder)
    {
        ModelDescription described = Describe(folder);
        using StoredParameters stored = StoredParameters.Open(folder, new ParameterNames(described.Config));
        return Stored(described, stored);
    }

    /// <summary>Loads a model, ours, Hugging Face's or the reference repository's. It has the head that its configuration names, or less if that is not stored.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <exception cref="InvalidDataException">The folder is damaged or holds no BERT; the message names the file and the tensor or key.</exception>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    public static LoadedModel Load(string folder, Device? device = null)
    {
        ModelDescription described = Describe(folder);
        using StoredParameters stored = StoredParameters.Open(folder, new ParameterNames(described.Config));
        (BertConfig config, HeadSpec head) = Stored(described, stored);
        BertModel model = BertModel.Allocate(config, head, device);
        try
        {
            ParameterFile.Read(model.Parameters, stored);
            string[] missing = head == described.Head || described.Head.Kind == HeadKind.Pooler ? [] : [.. new ParameterLayout(config, described.Head).Slots.Select(slot => slot.Name).Where(name => !stored.Contains(name))];
            return new LoadedModel(model, head == described.Head ? described.Labels : null, missing, stored.Unused(model.Parameters.Slots));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Requires that a folder is there and that it is one of a model.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message says so if it is that of a run that has not ended.</exception>
    /// <exception cref="FileNotFoundException">It has no configuration; the message names the folder in it that has, as run folders do.</exception>
    public static void Require(string folder)
    {
        WorkFolder.RequireEnded(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no model folder '{folder}'. Name one that was trained here, or download a published model into one first: config.json, model.safetensors, vocab.txt and tokenizer_config.json of its page, such as huggingface.co/google-bert/bert-base-uncased.");
        if (File.Exists(Path.Combine(folder, ConfigFile)))
            return;
        string inside = Path.Combine(folder, WorkFolder.ModelOfRun);
        string meant = File.Exists(Path.Combine(inside, ConfigFile)) ? $" Did you mean '{inside}'?" : "";
        throw new FileNotFoundException($"'{folder}' is not a model folder: it has no {ConfigFile}.{meant}", Path.Combine(folder, ConfigFile));
    }

    private static ModelDescription Describe(string folder)
    {
        Require(folder);
        return ModelDescriptionReader.Read(Path.Combine(folder, ConfigFile));
    }

    // What the files have of what is described.
    private static (BertConfig Config, HeadSpec Head) Stored(ModelDescription described, StoredParameters stored)
    {
        HeadSpec head = StoredHead(described.Head, stored);
        BertConfig config = described.Config with { MlmOutputBias = described.Config.MlmOutputBias && (!head.PredictsTokens || stored.Contains(ParameterNames.OutputBias)) };
        RequireAll(config, head, stored);
        return (config, head);
    }

    // Before memory is taken for it: a configuration may ask for any amount.
    private static void RequireAll(BertConfig config, HeadSpec head, StoredParameters stored)
    {
        string deepest = ParameterNames.Weight(ParameterNames.Query(config.Layers - 1));
        stored.Require(new ParameterSlot(deepest, [config.HiddenSize, config.HiddenSize], 0, 0, Decays: true, Initialization.Zero, Depth: 0));
        if (config.Layers > stored.Count)
            throw new InvalidDataException($"'{stored.Path}' has {stored.Count} tensors, its configuration asks for {config.Layers} layers.");
        foreach (ParameterSlot slot in new ParameterLayout(config, head).Slots)
            stored.Require(slot);
    }

    /// <summary>The head to load: the described one where it is stored, else the most that is.</summary>
    private static HeadSpec StoredHead(HeadSpec described, StoredParameters stored)
    {
        bool pools = Has(ParameterNames.Pooler), predicts = Has(ParameterNames.Transform), classifies = Has(ParameterNames.Classifier);
        bool present = described.Kind switch
        {
            HeadKind.MaskedLanguageModel => predicts,
            HeadKind.MaskedLanguageModelWithNextSentence => predicts && pools && Has(ParameterNames.NextSentence),
            HeadKind.Classifier => classifies && pools,
            HeadKind.TokenClassifier => classifies,
            _ => false,
        };
        return present ? described
            : described.PredictsTokens && predicts ? HeadSpec.MaskedLanguageModel
            : pools ? HeadSpec.Pooler
            : HeadSpec.None;

        bool Has(string dense) => stored.Contains(ParameterNames.Weight(dense));
    }
}
