using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Tensors;

/// <summary>The tensors of a folder: one <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names.</summary>
internal sealed class SafeTensorsCollection : IDisposable
{
    /// <summary>Name of a single file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>Name of an index of shards.</summary>
    public const string IndexFile = SingleFile + ".index.json";

    private static readonly string[] s_pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "pytorch_model.pt"];

    private readonly Dictionary<string, SafeTensorsFile> _fileOfTensor = new(StringComparer.Ordinal);
    private readonly List<SafeTensorsFile> _files = [];

    private SafeTensorsCollection(string path) => Path = path;

    /// <summary>The single file or the index, for messages.</summary>
    public string Path { get; }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _fileOfTensor.Keys;

    /// <summary>Opens the tensors of a folder.</summary>
    /// <exception cref="FileNotFoundException">There are none; if there is a pickle, the message says how to convert it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    public static SafeTensorsCollection Open(string folder)
    {
        string single = System.IO.Path.Combine(folder, SingleFile), index = System.IO.Path.Combine(folder, IndexFile);
        var collection = new SafeTensorsCollection(File.Exists(single) ? single : index);
        try
        {
            if (File.Exists(single))
                collection.AddFile(single);
            else if (File.Exists(index))
                collection.AddShards(folder, index);
            else
                throw new FileNotFoundException(Missing(folder), single);
            return collection;
        }
        catch
        {
            collection.Dispose();
            throw;
        }
    }

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public SafeTensorsFile FileOf(string name) =>
        _fileOfTensor.TryGetValue(name, out SafeTensorsFile? file) ? file : throw new InvalidDataException($"'{Path}' has no tensor '{name}'.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeTensorsFile file in _files)
            file.Dispose();
    }

    private void AddFile(string path)
    {
        SafeTensorsFile file = OpenFile(path);
        foreach (SafeTensorsEntry entry in file.Entries)
            _fileOfTensor.Add(entry.Name, file);
    }

    private void AddShards(string folder, string index)
    {
        var shards = new Dictionary<string, SafeTensorsFile>(StringComparer.Ordinal);
        foreach ((string tensor, string shard) in ReadIndex(index))
        {
            if (!shards.TryGetValue(shard, out SafeTensorsFile? file))
            {
                if (!PlainName.Is(shard))
                    throw new InvalidDataException($"'{index}' is damaged: '{shard}' is no file name.");
                shards.Add(shard, file = OpenFile(System.IO.Path.Combine(folder, shard)));
            }

            if (!file.Contains(tensor))
                throw new InvalidDataException($"'{file.Path}' has no tensor '{tensor}', which '{index}' says it has.");
            if (!_fileOfTensor.TryAdd(tensor, file))
                throw new InvalidDataException($"'{index}' is damaged: it names the tensor '{tensor}' twice.");
        }
    }

    private SafeTensorsFile OpenFile(string path)
    {
        SafeTensorsFile file = SafeTensorsFile.Open(path);
        _files.Add(file);
        return file;
    }

    private static List<(string Tensor, string Shard)> ReadIndex(string index)
    {
        if (new FileInfo(index).Length > SafeTensorsHeader.MaxLength)
            throw new InvalidDataException($"'{index}' is longer than {SafeTensorsHeader.MaxLength} bytes.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { MaxDepth = 8 });
            return [.. document.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => (entry.Name, entry.Value.GetString() ?? ""))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{index}' is damaged: it has no map from tensors to files ({JsonFile.Problem(error)})", error);
        }
    }

    private static string Missing(string folder)
    {
        if (s_pickles.FirstOrDefault(name => File.Exists(System.IO.Path.Combine(folder, name))) is not { } pickle)
            return $"'{folder}' has neither {SingleFile} nor {IndexFile}.{(Directory.EnumerateFiles(folder, "*.onnx").Any() ? " Its .onnx file is for ONNX Runtime; name the model that it was made of." : "")}";
        return $"'{folder}' has no {SingleFile}, only {pickle}: a pickle, which can run any code when it is read, and is not supported. Convert it once where PyTorch and safetensors are installed: "
            + "python -c \"import torch, safetensors.torch as s; w = torch.load('pytorch_model.bin', 'cpu', weights_only=True); s.save_file({k: v.clone() for k, v in w.items()}, 'model.safetensors', {'format': 'pt'})\"";
    }
}
