using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Distributed;

/// <summary>What a rank of the multi-process tests runs: trains, and writes the losses (rank 0) and the fingerprint of its parameters.</summary>
internal static class RankProgram
{
    public const string Verb = "rank";

    /// <summary>Arguments of a rank.</summary>
    /// <param name="Corpus">Corpus folder.</param>
    /// <param name="Options">Options file.</param>
    /// <param name="Output">Receives <c>rank-N.txt</c>.</param>
    /// <param name="StopAt">Step after which rank 1 asks to stop; 0: none.</param>
    /// <param name="RunFolder">Run folder; empty: none.</param>
    /// <param name="Nccl">NCCL library that large buffers travel by; empty: by the group itself.</param>
    public sealed record Arguments(string Corpus, string Options, string Output, int StopAt, string RunFolder, string Nccl)
    {
        public string[] ToArray() => [Verb, Corpus, Options, Output, StopAt.ToString(CultureInfo.InvariantCulture), RunFolder, Nccl];

        public static Arguments Parse(string[] words) => new(words[1], words[2], words[3], int.Parse(words[4], CultureInfo.InvariantCulture), words[5], words[6]);
    }

    public static int Train(Arguments arguments, ProcessGroup ranks)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(arguments.Corpus);
        PretrainingOptions options = OptionsJson.Read<PretrainingOptions>(arguments.Options);
        var control = new TrainingControl();
        var progress = new RecordedProgress(step =>
        {
            if (step.Position.Steps == arguments.StopAt)
                control.RequestStop();
        });
        var lines = new List<string>();
        try
        {
            using PretrainingResult result = Pretrainer.Run(options, corpus, arguments.RunFolder.Length > 0 ? arguments.RunFolder : null, progress, control: control, ranks: ranks);
            lines.Add(Fingerprint(result));
            lines.Add(result.Validation!.Value.Loss.ToString("R", CultureInfo.InvariantCulture));
        }
        catch (OperationCanceledException)
        {
            lines.Add("stopped");
        }

        lines.AddRange(progress.Steps.Select(step => step.Loss.ToString("R", CultureInfo.InvariantCulture)));
        File.WriteAllLines(Path.Combine(arguments.Output, $"rank-{ranks.Rank}.txt"), lines);
        return 0;
    }

    /// <summary>A checksum of all parameters.</summary>
    public static string Fingerprint(PretrainingResult result) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes<float>(result.Model.Model.Parameters.Values.data<float>().ToArray())).ToString("x16", CultureInfo.InvariantCulture);
}
