using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Finetuning;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Sources;
using AcademicBert.Tables;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests;

/// <summary>Run folders as training writes them, without training.</summary>
internal sealed class Folders : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>A temporary folder, deleted at the end.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    /// <summary>Writes the folder of a training run.</summary>
    public string Run(string name, PretrainingOptions options, IEnumerable<MetricsLine> lines, params RunStart[] starts)
    {
        string folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        JsonNode tree = JsonNode.Parse(new PretrainingRecipe { Pretraining = options }.ToJson())!["pretraining"]!;
        File.WriteAllText(Path.Combine(folder, "options.json"), new JsonObject { ["corpus"] = "fingerprint", ["options"] = tree.DeepClone() }.ToJsonString());
        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), lines.Select(line => JsonSerializer.Serialize(line, s_json)));
        if (starts.Length > 0)
            File.WriteAllLines(Path.Combine(folder, "starts.jsonl"), starts.Select(start => JsonSerializer.Serialize(start, s_json)));
        return folder;
    }

    /// <summary>The same, as a source of a report.</summary>
    public TrainingRun Source(string name, PretrainingOptions options, IEnumerable<MetricsLine> lines, params RunStart[] starts) => TrainingRun.Open(Run(name, options, lines, starts), name);

    /// <summary>
    /// Writes the folder of a run of fine-tuning: two steps an epoch, one for each score; the best is kept. Without a result, the run has not ended.
    /// </summary>
    public string Finetuning(string name, FinetuningOptions options, TableFinetuningResult? result, string measure, params double[] scores)
    {
        string folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        var recipe = new FinetuningRecipe { Finetuning = options };
        File.WriteAllText(Path.Combine(folder, "options.json"), new JsonObject { ["dataset"] = "fingerprint", ["options"] = JsonNode.Parse(recipe.ToJson())!["finetuning"]!.DeepClone() }.ToJsonString());
        var lines = new List<FinetuningLine>();
        foreach ((int epoch, double score) in scores.Index())
        {
            for (int step = 1; step <= 2; step++)
                lines.Add(new FinetuningLine { Event = "step", Epoch = epoch + 1, Step = 2 * epoch + step, Loss = 1.0 / (2 * epoch + step), LearningRate = 1e-3 });
            lines.Add(new FinetuningLine { Event = "epoch", Epoch = epoch + 1, Step = 2 * epoch + 2, Loss = 1.0 / (epoch + 1), Measure = measure, Score = score, RowsPerSecond = 100 });
        }

        if (result is not null)
        {
            lines.Add(new FinetuningLine { Event = "end", Epoch = 1 + scores.Index().MaxBy(score => score.Item).Index, Step = 2 * scores.Length, Temperature = 1.25 });
            File.WriteAllText(Path.Combine(folder, "recipe.json"), recipe.ToJson());
            File.WriteAllText(Path.Combine(folder, "result.json"), JsonSerializer.Serialize(result, s_json));
        }

        File.WriteAllLines(Path.Combine(folder, "finetuning.jsonl"), lines.Select(line => JsonSerializer.Serialize(line, s_json)));
        return folder;
    }

    /// <summary>Writes a task's folder of a GLUE run: a trial for each score, seeds counted from 1.</summary>
    public string Glue(string name, string task, double learningRate, params double?[] scores)
    {
        string folder = Path.Combine(Root, name, task);
        Directory.CreateDirectory(folder);
        IEnumerable<string> lines = scores.Select((score, index) => new JsonObject
        {
            ["trial"] = new JsonObject { ["learningRate"] = learningRate, ["batchSize"] = 16, ["epochs"] = 3, ["seed"] = index + 1 },
            ["score"] = score,
            ["scores"] = new JsonObject { [task] = new JsonObject { [Metric(task)] = score } },
            ["error"] = score is null ? "diverged" : null,
        }.ToJsonString());
        File.AppendAllLines(Path.Combine(folder, "trials.jsonl"), lines);
        return Path.Combine(Root, name);
    }

    /// <summary>
    /// Writes the journal of a search over batch sizes 16 and 32 and peaks 1e-3 and 2e-3, judged at a half: 16/1e-3 and 32/1e-3 come to their end, 16/2e-3 is not among
    /// the best, 32/2e-3 is above the limit.
    /// </summary>
    public string Search(string name)
    {
        string folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            Path.Combine(folder, "search.jsonl"),
            [
                """{"search":{"version":1,"budget":"8 steps","rungs":[{"at":0.25,"maxLoss":6,"keep":1},{"at":0.5,"keep":0.5}]}}""",
                """{"cohort":[{"name":"16-1","values":{"batchSize":16,"schedule.peak":0.001}},{"name":"16-2","values":{"batchSize":16,"schedule.peak":0.002}},{"name":"32-1","values":{"batchSize":32,"schedule.peak":0.001}},{"name":"32-2","values":{"batchSize":32,"schedule.peak":0.002}}]}""",
                Result("16-1", 0, 5), Result("16-2", 0, 5.5), Result("32-1", 0, 5.25), Result("32-2", 0, 7),
                """{"decision":{"cohort":0,"rung":0,"outcome":{"kept":["16-1","16-2","32-1"],"dropped":[{"configuration":"32-2","reason":"AboveLimit"}],"limitDropsMost":false}}}""",
                Result("16-1", 1, 4), Result("16-2", 1, 4.5), Result("32-1", 1, 4.25),
                """{"decision":{"cohort":0,"rung":1,"outcome":{"kept":["16-1","32-1"],"dropped":[{"configuration":"16-2","reason":"NotAmongBest"}],"limitDropsMost":false}}}""",
                Result("16-1", 2, 3.5), Result("32-1", 2, 3.25),
            ]);
        return folder;

        static string Result(string configuration, int rung, double loss) => Numbers.Text(
            $$$"""{"result":{"configuration":"{{{configuration}}}","rung":{{{rung}}},"loss":{{{loss}}},"accuracy":0.25,"position":{"steps":{{{(rung + 1) * 2}}},"samples":{{{(rung + 1) * 32}}},"seconds":{{{rung + 1}}} } } }""");
    }

    /// <summary>Steps of a run that takes a second a step of ten samples, with a validation at the end.</summary>
    public static IEnumerable<MetricsLine> Lines(int steps, Func<int, double>? loss = null, double secondsPerStep = 1, int batch = 10)
    {
        loss ??= step => 8.0 / step;
        for (int step = 1; step <= steps; step++)
        {
            yield return new MetricsLine
            {
                Event = "step", Step = step, Samples = batch * step, Seconds = secondsPerStep * (step - 1), Loss = loss(step), LearningRate = 1e-3 * step, GradientNorm = 1,
                SamplesPerSecond = batch / secondsPerStep, TokensPerSecond = 100 * batch / secondsPerStep, ModelFlopsUtilization = 0.5, MemoryBytes = 2_000_000_000,
            };
        }

        if (steps > 0)
            yield return new MetricsLine { Event = "validation", Step = steps, Samples = batch * steps, Seconds = secondsPerStep * steps, Loss = loss(steps) + 0.5, Accuracy = 0.25, Took = 3 };
    }

    /// <summary>A start with the fused kernels, or with libtorch's operations.</summary>
    public static RunStart Start(bool fused, string computeType) => new()
    {
        At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Step = 0, Machine = new MachineDescription("A processor", 2, 16_000_000_000, "A system", ".NET 10"),
        Device = "cpu", Kernels = fused ? "avx512" : null, ComputeType = computeType, Threads = 2, Ranks = 1,
    };

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Metric(string task) => task switch
    {
        "CoLA" => "Matthews",
        "STS-B" => "Spearman",
        "MRPC" or "QQP" => "F1",
        _ => "Accuracy",
    };
}
