using System.Text.Json;
using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Reads a transformer's part of a model file.</summary>
public sealed class ModelReader
{
    private static readonly JsonSerializerOptions s_json = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Func<string, Action<Stream>, bool> _tryRead;

    internal ModelReader(ModelLoadContext context, string part)
        : this((name, read) => context.TryLoadBinaryStream(name, reader => ReadUndamaged(context, name, reader.BaseStream, read)), part)
    {
    }

    /// <param name="tryRead">Lets an entry of a name be read, if there is one.</param>
    /// <param name="part">Name of the part, for messages.</param>
    internal ModelReader(Func<string, Action<Stream>, bool> tryRead, string part) => (_tryRead, Part) = (tryRead, part);

    /// <summary>Name of the part, for messages.</summary>
    internal string Part { get; }

    /// <summary>Reads a record written as JSON.</summary>
    /// <exception cref="InvalidDataException">The entry is missing or damaged; the message names it.</exception>
    public T ReadJson<T>(string name)
    {
        T? value = default;
        try
        {
            ReadEntry(name, stream => value = JsonSerializer.Deserialize<T>(stream, s_json));
        }
        catch (JsonException damage)
        {
            throw new InvalidDataException($"The model's entry '{Part}/{name}' is damaged: {damage.Message}", damage);
        }

        return value ?? throw new InvalidDataException($"The model's entry '{Part}/{name}' is empty.");
    }

    /// <summary>Copies an entry to a file.</summary>
    /// <exception cref="InvalidDataException">The entry is missing.</exception>
    public void ReadFile(string name, string path)
    {
        using FileStream file = File.Create(path);
        ReadEntry(name, stream => stream.CopyTo(file));
    }

    /// <summary>Whether there is an entry; reads it if so.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="read">Reads the content.</param>
    /// <exception cref="InvalidDataException">The entry is damaged; the message names it.</exception>
    public bool TryReadEntry(string name, Action<Stream> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        return _tryRead(name, read);
    }

    private static void ReadUndamaged(ModelLoadContext context, string name, Stream content, Action<Stream> read)
    {
        ArchiveCheck.RefuseDamage(context, name, content);
        read(content);
    }

    private void ReadEntry(string name, Action<Stream> read)
    {
        if (!TryReadEntry(name, read))
            throw new InvalidDataException($"The model is damaged: its part '{Part}' has no entry '{name}'.");
    }
}
