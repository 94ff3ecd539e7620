using System.Reflection;
using System.Text.Json;
using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Writes a transformer's part of a model file: named entries beside a header that says how to load them.</summary>
public sealed class ModelWriter
{
    private readonly ModelSaveContext _context;

    private ModelWriter(ModelSaveContext context) => _context = context;

    /// <summary>Writes an entry of text: a record as JSON.</summary>
    public void WriteJson<T>(string name, T value) => WriteEntry(name, stream => JsonSerializer.Serialize(stream, value));

    /// <summary>Writes an entry with the content of a file.</summary>
    public void WriteFile(string name, string path)
    {
        using FileStream file = File.OpenRead(path);
        WriteEntry(name, file.CopyTo);
    }

    /// <summary>Writes an entry of bytes.</summary>
    /// <param name="name">Name of the entry, a plain file name.</param>
    /// <param name="write">Writes the content; the stream is sequential and may grow beyond 2 GB.</param>
    public void WriteEntry(string name, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        _context.SaveBinaryStream(name, writer =>
        {
            writer.Flush();
            write(writer.BaseStream);
        });
    }

    internal static ModelWriter Begin(ModelSaveContext context, Type transformer)
    {
        ModelPartAttribute part = transformer.Assembly.GetCustomAttributes<ModelPartAttribute>().FirstOrDefault(part => part.Transformer == transformer)
            ?? throw new InvalidOperationException($"{transformer} cannot be saved: its assembly declares no {nameof(ModelPartAttribute)} for it.");
        context.CheckAtModel();
        context.SetVersionInfo(ModelPartLoader.Version);
        context.SaveNonEmptyString(transformer.Assembly.GetName().Name);
        context.SaveNonEmptyString(part.Name);
        return new ModelWriter(context);
    }
}
