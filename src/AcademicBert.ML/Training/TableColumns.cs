using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Training;

/// <summary>The columns a model was fine-tuned on, in its folder beside the weights.</summary>
/// <param name="Text">Column of the text, or of the first of a pair.</param>
/// <param name="SecondText">Column of the second text of a pair; null: there was none.</param>
/// <param name="Label">Column of what was learnt.</param>
internal sealed record TableColumns(string Text, string? SecondText, string Label)
{
    /// <summary>Name of the file in the model folder.</summary>
    public const string FileName = "columns.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Writes the file.</summary>
    public void Save(string modelFolder) => NewFile.WriteText(Path.Combine(modelFolder, FileName), JsonSerializer.Serialize(this, s_json) + "\n");

    /// <summary>Reads the file; null: the folder has none, as those that were not fine-tuned on a table.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static TableColumns? Find(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName);
        return File.Exists(path) ? JsonFile.Read<TableColumns>(path, s_json) : null;
    }
}
