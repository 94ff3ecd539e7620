using AcademicBert.ML.Hosting;
using AcademicBert.Training;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Loads a model folder for a transformer that then owns it.</summary>
internal static class LoadedBert
{
    private const int MostNamed = 5;

    /// <summary>Loads a model and says what of it is missing or of no use; frees it if <paramref name="make"/> fails.</summary>
    public static T Use<T>(IHost host, string folder, Func<PretrainedBert, T> make)
    {
        PretrainedBert bert = PretrainedBert.Load(folder);
        try
        {
            using IChannel channel = host.Start("Loading");
            if (bert.Missing.Count > 0)
                channel.Warn($"'{folder}' lacks {Named(bert.Missing)}: that head is left out.");
            if (bert.Unused.Count > 0)
                channel.Note($"'{folder}' has {Named(bert.Unused)}, which are not used.");
            return make(bert);
        }
        catch
        {
            bert.Dispose();
            throw;
        }
    }

    private static string Named(IReadOnlyList<string> tensors) =>
        $"{tensors.Count} tensors ({string.Join(", ", tensors.Take(MostNamed))}{(tensors.Count > MostNamed ? ", ..." : "")})";
}
