using System.Globalization;
using System.Text.Json;
using AcademicBert.Training;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>
/// The long run, a program of its own: gives every parser as many inputs as asked for, all by turns, a chunk at a time. Each finished chunk is a
/// line of the journal, so that the run can be stopped at any moment and the same command goes on.
/// </summary>
internal static class FuzzProgram
{
    public const string Verb = "fuzz";

    private const int ChunkSize = 20_000;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs until every parser has its inputs, and prints what came of them.</summary>
    /// <param name="words">The command line behind the verb.</param>
    /// <param name="targets">The parsers there are.</param>
    /// <returns>0, or 1 where there is a finding.</returns>
    public static int Run(IReadOnlyList<string> words, IReadOnlyList<FuzzTarget> targets)
    {
        var arguments = Arguments.Parse(words, targets);
        (Chunk Chunk, long End)[] before = File.Exists(arguments.Journal) ? [.. JsonLines.Read<Chunk>(arguments.Journal, s_json)] : [];
        List<Chunk> done = [.. before.Select(line => line.Chunk)];
        HashSet<(string, int)> known = [.. done.Select(chunk => (chunk.Parser, chunk.Seed))];
        (FuzzTarget Target, int Seed)[] missing =
            [.. from chunk in Enumerable.Range(0, arguments.Count / ChunkSize) from target in arguments.Targets where !known.Contains((target.Name, arguments.Seed + chunk)) select (target, arguments.Seed + chunk)];
        using (FileStream journal = JsonLines.Append(arguments.Journal, before.LastOrDefault().End))
        {
            SideBySide.ForEach(missing, arguments.Threads, (work, _) =>
            {
                Chunk chunk = Try(work.Target, work.Seed);
                lock (journal)
                {
                    JsonLines.Write(journal, chunk, s_json);
                    done.Add(chunk);
                    Console.WriteLine($"{chunk}");
                }
            }, CancellationToken.None);
        }

        Console.WriteLine("\n| parser | inputs | past the magic | read |\n|---|---|---|---|");
        foreach (FuzzTarget target in arguments.Targets)
            Console.WriteLine(Chunk.Sum(done.Where(chunk => chunk.Parser == target.Name), target.Name).ToRow());
        return done.Any(chunk => chunk.Findings.Length > 0) ? 1 : 0;
    }

    private static Chunk Try(FuzzTarget target, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            var run = new FuzzRun(target, folder);
            run.Run(ChunkSize / target.Slowness, seed);
            return new Chunk(target.Name, seed, run.Count, run.PastMagic, run.Parsed, [.. run.Findings]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Inputs that a parser was given, and what came of them.</summary>
    private sealed record Chunk(string Parser, int Seed, long Inputs, long PastMagic, long Parsed, string[] Findings)
    {
        public static Chunk Sum(IEnumerable<Chunk> chunks, string parser) =>
            chunks.Aggregate(new Chunk(parser, 0, 0, 0, 0, []), (sum, chunk) => new Chunk(parser, 0, sum.Inputs + chunk.Inputs, sum.PastMagic + chunk.PastMagic, sum.Parsed + chunk.Parsed, [.. sum.Findings, .. chunk.Findings]));

        public string ToRow() => string.Create(CultureInfo.InvariantCulture, $"| {Parser} | {Inputs:N0} | {Share:F0} % | {Parsed:N0} |");

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {Parser}, seed {Seed}: {Inputs:N0} inputs, {Share:F0} % past the magic, {Parsed:N0} read{string.Concat(Findings.Select(finding => "\nFINDING " + finding))}");

        private double Share => 100.0 * PastMagic / Math.Max(1, Inputs);
    }

    /// <summary>What is to be run.</summary>
    /// <param name="Journal">The journal of the run.</param>
    /// <param name="Count">Inputs for each parser.</param>
    /// <param name="Seed">Seed of the first chunk; each next one has the next.</param>
    /// <param name="Threads">Chunks side by side.</param>
    /// <param name="Targets">The parsers.</param>
    private sealed record Arguments(string Journal, int Count, int Seed, int Threads, IReadOnlyList<FuzzTarget> Targets)
    {
        public static Arguments Parse(IReadOnlyList<string> words, IReadOnlyList<FuzzTarget> targets)
        {
            var options = new Dictionary<string, int> { ["--count"] = 1_000_000, ["--seed"] = 1, ["--threads"] = 1 };
            var names = new List<string>();
            for (int i = 0; i < words.Count; i++)
            {
                if (options.ContainsKey(words[i]) && i + 1 < words.Count)
                    options[words[i]] = int.Parse(words[++i], NumberStyles.None, CultureInfo.InvariantCulture);
                else
                    names.Add(words[i]);
            }

            if (names.Count == 0)
                throw new ArgumentException($"{Verb} JOURNAL [--count INPUTS] [--seed FIRST] [--threads THREADS] [PARSER...]", nameof(words));
            return new Arguments(names[0], options["--count"], options["--seed"], options["--threads"], names.Count > 1 ? [.. names.Skip(1).Select(name => FuzzTarget.Find(targets, name))] : targets);
        }
    }
}
