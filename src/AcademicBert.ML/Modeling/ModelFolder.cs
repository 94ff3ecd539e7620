using System.Text.Json;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>The files of a model folder that describe the network: <c>config.json</c> and <c>model.safetensors</c>.</summary>
internal static class ModelFolder
{
    public const string ConfigFile = "config.json";
    public const string WeightsFile = "model.safetensors";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Writes both files into an existing folder, each under a temporary name first.</summary>
    public static void Save(BertModel model, string folder)
    {
        SafeTensorsWriter.Write(Path.Combine(folder, WeightsFile), model.Parameters.ToSafeTensors());
        string config = Path.Combine(folder, ConfigFile);
        File.WriteAllText(config + ".tmp", BertConfigJson.Write(model.Config, model.Head).ToJsonString(s_indented) + "\n");
        File.Move(config + ".tmp", config, overwrite: true);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="head">The head to build; null for the stored one. A head that is not stored starts with random parameters.</param>
    /// <param name="seed">Seed of parameters that are not stored.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <param name="configure">Changes to the stored configuration that leave its shapes alone, such as dropout.</param>
    /// <exception cref="InvalidDataException">The folder is damaged; the message names the file and the tensor or key.</exception>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    public static BertModel Load(string folder, HeadSpec? head = null, ulong seed = 0, Device? device = null, Func<BertConfig, BertConfig>? configure = null)
    {
        string configPath = Path.Combine(folder, ConfigFile);
        if (!File.Exists(configPath))
            throw new FileNotFoundException($"'{folder}' is not a model folder: it has no {ConfigFile}.", configPath);
        (BertConfig config, HeadSpec storedHead) = BertConfigJson.Read(configPath);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        HeadSpec wanted = head ?? storedHead;
        BertModel model = BertModel.Create(configure?.Invoke(config) ?? config, wanted, seed, device);
        try
        {
            bool newHead = wanted != storedHead;
            ParameterFile.Read(model.Parameters, config, file, slot => newHead && !slot.Name.StartsWith("bert.e", StringComparison.Ordinal));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
