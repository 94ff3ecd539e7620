// Runs a GLUE task's grid as an experiment of Microsoft.ML.AutoML, and sweeps a classifier in a pipeline:
//   dotnet run -c Release --project samples/AutoML -p:AcademicBertAutoML=true -- MODEL DATA RUN WNLI
using AcademicBert.Finetuning;
using AcademicBert.Glue;
using Microsoft.ML;
using Microsoft.ML.AutoML;

if (args is not [string model, string data, string run, string name])
{
    Console.Error.WriteLine("Give a model folder, GLUE's data folder, a run folder and a task.");
    return 2;
}

GlueTask task = GlueTask.Find(name);
var context = new MLContext(seed: 1);

// 1. The paper's grid, five seeds each. Stopped or killed, the same command goes on.
using (GlueTaskGrid grid = GlueTaskGrid.Open(new GlueOptions { Tasks = [name] }, task, model, data, run))
{
    GlueTaskResult result = await context.Auto().CreateExperiment().RunGlueGridAsync(grid, new TrialLines());
    Console.WriteLine(GlueTable.Of(new GlueReport([result])));
    Console.WriteLine($"The chosen model: {grid.BestModelFolder}");
}

// 2. The same trainer in a sweepable pipeline, with AutoML's own search and metric.
if (!task.IsRegression)
{
    IDataView train = View(GlueFile.Train(data, task)), dev = View(GlueFile.Dev(data, task, task.Evaluations[0]));
    SweepablePipeline pipeline = context.Transforms.Conversion.MapValueToKey("Label").Append(
        context.Auto().SweepableBertClassification(new BertClassificationOptions { ModelFolder = model, Sentence2ColumnName = task.Sentence2 is null ? null : "Sentence2" }));
    TrialResult best = await context.Auto().CreateExperiment()
        .SetPipeline(pipeline).SetDataset(train, dev).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
        .SetRandomSearchTuner(seed: 1).SetMaxModelToExplore(3).SetTrainingTimeInSeconds(24 * 3600).RunAsync();
    Console.WriteLine($"Best of three random configurations: {best.Metric:P1}");
}

return 0;

IDataView View(GlueRows rows) => context.Data.LoadFromEnumerable(rows.Rows.Select(row => new TextRow { Sentence1 = row.Sentence1, Sentence2 = row.Sentence2 ?? "", Label = (int)row.Label }));

internal sealed class TextRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public int Label { get; set; }
}

internal sealed class TrialLines : IProgress<GlueProgress>
{
    public void Report(GlueProgress value) => Console.WriteLine($"{value.Done} of {value.Trials}: {value.Result.Trial}  {value.Result.Score:P1}");
}
