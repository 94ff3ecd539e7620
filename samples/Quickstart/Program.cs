using System.CommandLine;
using AcademicBert.Quickstart;
using AcademicBert.Training;

Option<string?> corpus = new("--corpus") { Description = "Text files, a folder or a pattern to pretrain on, instead of the SDK's documentation." };
Option<string> budget = new("--budget") { Description = "How long to pretrain: 2m, 90s, 500 steps.", DefaultValueFactory = _ => "2m" };
Option<DirectoryInfo> output = new("--output") { Description = "Folder for the run and the fitted pipeline.", DefaultValueFactory = _ => new DirectoryInfo("quickstart") };
budget.Validators.Add(found =>
{
    if (!TrainingBudget.TryParse(found.GetValueOrDefault<string>(), out _))
        found.AddError($"--budget '{found.GetValueOrDefault<string>()}' is no budget; write a time such as 2m or 90s, or '500 steps'.");
});
var command = new RootCommand("Pretrains a small BERT on English, fine-tunes it in an ML.NET pipeline, and compares it with the same network without pretraining.") { corpus, budget, output };
command.SetAction(arguments => Story.Tell(arguments.GetValue(corpus), TrainingBudget.Parse(arguments.GetRequiredValue(budget)), arguments.GetRequiredValue(output).FullName));
return command.Parse(args).Invoke();
