using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Scoring;

/// <summary>A model folder inside a model file of ML.NET.</summary>
internal static class BertEntries
{
    /// <summary>Writes the model.</summary>
    public static void Save(ModelWriter writer, PretrainedBert bert, WeightType weights = WeightType.Float32) => FolderEntries.Save(writer, folder => bert.Save(folder, weights));

    /// <summary>Reads the model.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static PretrainedBert Load(ModelReader reader, string temporaryRoot) => FolderEntries.Load(reader, temporaryRoot, PretrainedBert.Load);
}
