using AcademicBert.Tensors;

namespace AcademicBert.Modeling;

/// <summary>The parameters of a model folder of any origin, by our names.</summary>
internal sealed class StoredParameters : IDisposable
{
    private const string DecoderWeight = "cls.predictions.decoder.weight", DecoderBias = "cls.predictions.decoder.bias";

    // Buffers of other frameworks, which hold nothing that was learnt.
    private static readonly string[] s_constants = ["bert.embeddings.position_ids", "bert.embeddings.token_type_ids"];

    private readonly SafeTensorsCollection _tensors;
    private readonly Dictionary<string, string> _storedNames = new(StringComparer.Ordinal);

    private StoredParameters(SafeTensorsCollection tensors, ParameterNames names)
    {
        _tensors = tensors;
        foreach (string stored in tensors.Names)
            if (!_storedNames.TryAdd(names.Canonical(stored), stored))
                throw new InvalidDataException($"'{tensors.Path}' has two tensors for one parameter: '{_storedNames[names.Canonical(stored)]}' and '{stored}'.");
        if (!_storedNames.ContainsKey(ParameterNames.OutputBias) && _storedNames.Remove(DecoderBias, out string? bias))
            _storedNames.Add(ParameterNames.OutputBias, bias);
    }

    /// <summary>Opens the weights of a folder.</summary>
    /// <exception cref="FileNotFoundException">There are none.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or ambiguous; the message names it.</exception>
    public static StoredParameters Open(string folder, ParameterNames names)
    {
        SafeTensorsCollection tensors = SafeTensorsCollection.Open(folder);
        try
        {
            return new StoredParameters(tensors, names);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>The file or its index, for messages.</summary>
    public string Path => _tensors.Path;

    /// <summary>Number of parameters.</summary>
    public int Count => _storedNames.Count;

    /// <summary>Whether a parameter is stored.</summary>
    public bool Contains(string name) => _storedNames.ContainsKey(name);

    /// <summary>The shape of a stored parameter.</summary>
    public IReadOnlyList<long> Shape(string name) => File(name)[_storedNames[name]].Shape;

    /// <summary>Checks that a parameter is stored and has its shape.</summary>
    /// <exception cref="InvalidDataException">It is missing or has another; the message names file and tensor.</exception>
    public void Require(ParameterSlot slot)
    {
        if (!Contains(slot.Name))
            throw new InvalidDataException($"'{_tensors.Path}' has no tensor '{slot.Name}', which its configuration asks for.");
        IReadOnlyList<long> shape = Shape(slot.Name);
        if (!shape.SequenceEqual(slot.Shape))
            throw new InvalidDataException($"'{File(slot.Name).Path}': tensor '{_storedNames[slot.Name]}' has the shape [{string.Join(", ", shape)}], the configuration asks for [{string.Join(", ", slot.Shape)}].");
    }

    /// <summary>Copies a parameter to its place.</summary>
    public void CopyTo(string name, Span<float> destination) => File(name).CopyTo(_storedNames[name], destination);

    /// <summary>Tensors of the files that a model does not use, by their names there; copies of tied parameters and constants are not counted.</summary>
    public IReadOnlyList<string> Unused(IEnumerable<ParameterSlot> used)
    {
        HashSet<string> needed = [.. used.Select(slot => slot.Name), .. s_constants];
        return [.. _storedNames.Where(name => !needed.Contains(name.Key) && !IsTiedCopy(name.Key)).Select(name => name.Value).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private bool IsTiedCopy(string name) => name switch
    {
        DecoderWeight => Equal(name, ParameterNames.WordEmbeddings),
        DecoderBias => Equal(name, ParameterNames.OutputBias),
        _ => false,
    };

    private bool Equal(string name, string other) =>
        Contains(other) && Shape(name).SequenceEqual(Shape(other)) && File(name).HasSameBytes(_storedNames[name], File(other), _storedNames[other]);

    private SafeTensorsFile File(string name) => _tensors.FileOf(_storedNames[name]);
}
