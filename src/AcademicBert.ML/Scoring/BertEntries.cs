using AcademicBert.ML.Hosting;
using AcademicBert.Training;

namespace AcademicBert.Scoring;

/// <summary>A model folder inside a model file of ML.NET.</summary>
internal static class BertEntries
{
    /// <summary>Writes the model.</summary>
    public static void Save(ModelWriter writer, PretrainedBert bert) => FolderEntries.Save(writer, folder => bert.Save(folder, bert.StoredAs));

    /// <summary>Reads the model.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static PretrainedBert Load(ModelReader reader, string temporaryRoot) => FolderEntries.Load(reader, temporaryRoot, PretrainedBert.Load);
}
