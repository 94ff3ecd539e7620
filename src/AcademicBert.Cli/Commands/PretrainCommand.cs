using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Pretraining;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert pretrain</c>: text or a prepared corpus in, a run folder out.</summary>
internal sealed class PretrainCommand : Command
{
    private readonly TextArguments _text = new("Text files, folders or patterns, or one prepared corpus folder.");
    private readonly Option<DirectoryInfo> _run = new("--run", "-o") { Description = "The run folder: recipe, corpus, checkpoints, metrics and model. An interrupted run in it is continued.", Required = true };
    private readonly Option<bool> _overwrite = OutputPlace.OverwriteRun();
    private readonly Option<DirectoryInfo?> _replay = new("--replay") { Description = "A run folder whose clock is used instead of the time of day: repeats a run with a time budget." };
    private readonly Option<bool> _dryRun = new("--dryRun") { Description = "Measure a few steps and print what the run would be: steps, samples, memory, disk, cost. Trains nothing; a corpus that is prepared for it stays for the run." };
    private readonly Option<bool> _saveModel = new("--saveModel") { Description = "Train no further: save the model that the run in the folder has come to, with its newest checkpoint, in its snapshots/. The same command without this flag continues the run." };
    private readonly Option<TimeSpan> _timeout = new("--rankTimeout") { Description = "Under mpirun or srun: how long a rank may be silent, or stand still while others wait for it, before all stop (h:mm:ss). Default: 20 seconds.", HelpName = "time", DefaultValueFactory = _ => Launch.DefaultTimeout };
    private readonly Option<decimal?> _price = new("--pricePerHour") { Description = "Price of the machine for an hour, in any currency, for the cost a dry run prints.", HelpName = "price" };
    private readonly OptionFlags<PretrainingRecipe> _recipe = RecipeFlags.Of("pretraining");
    private readonly IAnsiConsole _console;

    public PretrainCommand(IAnsiConsole console)
        : base("pretrain", "Pretrain BERT on text within a budget.")
    {
        _console = console;
        Add(_text.Input);
        Add(_run);
        Add(_text.Vocabulary);
        foreach (Option option in (IEnumerable<Option>)[.. _recipe.Options, _dryRun, _price, _saveModel, _replay, _timeout, _overwrite])
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        PretrainingRecipe recipe = _recipe.Read(arguments, recipe =>
        {
            recipe.Validate();
            Pretrainer.RequireMachine(recipe.Pretraining);
        });
        using ProcessGroup ranks = Launch.Join(arguments.GetValue(_timeout));
        try
        {
            return Run(arguments, recipe, ranks, cancellationToken);
        }
        catch (Exception error)
        {
            ranks.Abandon(error);
            OutputPlace.RemoveEmpty(arguments.GetRequiredValue(_run).FullName);
            throw;
        }
    }

    private int Run(ParseResult arguments, PretrainingRecipe recipe, ProcessGroup ranks, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_dryRun) && ranks.Size > 1)
            throw new UsageException($"{_dryRun.Name} measures one process; start it without a launcher.");
        string run = arguments.GetRequiredValue(_run).FullName;
        if (arguments.GetValue(_replay) is { } replayed && !RecordedRun.IsIn(replayed.FullName))
            throw new UsageException($"{_replay.Name} {replayed}: there is no run of pretraining that could be replayed.");
        if (ranks.IsRoot)
        {
            _text.Require(arguments, recipe, cancellationToken);
            OutputPlace.RequireRunFolder(run, RecordedRun.IsIn, arguments.GetValue(_overwrite), TextArguments.HasCorpus);
        }

        var display = new TrainingDisplay(ranks.IsRoot ? _console : AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) }));
        // A run that is there may refuse to go on with this recipe; to find out takes a corpus that is there too.
        bool resumes = RecordedRun.IsIn(run) && !arguments.GetValue(_dryRun);
        bool saveModel = arguments.GetValue(_saveModel);
        if (saveModel && !resumes)
            throw new UsageException($"{_saveModel.Name} needs a run that has taken a step, and there is none in '{run}'.");
        if (resumes && recipe.Corpus.Overwrite)
            throw new UsageException($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.Overwrite)} would replace the corpus of the run in '{run}', which could not go on then. Leave it out, or name another {_run.Name}.");
        if (!resumes)
            Show(arguments, display);
        using PreparedCorpus corpus = Shared(ranks, () => _text.Open(arguments, recipe, TextArguments.CorpusFolder(run), display, cancellationToken));
        if (resumes && ranks.IsRoot)
        {
            Pretrainer.RequireResumable(recipe.Pretraining, corpus, run);
            if (!saveModel)
                Show(arguments, display);
        }

        if (arguments.GetValue(_dryRun))
        {
            display.Note("Measuring…");
            foreach (string line in PlanText.Of(Pretrainer.Plan(recipe.Pretraining, corpus, cancellationToken: cancellationToken), arguments.GetValue(_price)))
                display.Note(line);
            return ExitCode.Success;
        }

        if (ranks.IsRoot && !saveModel && !(resumes && RecordedRun.Open(run).Ended is not null))
            RunRecipe.Write(run, recipe.ToJson());
        return Train(arguments, recipe, corpus, ranks, display, cancellationToken);
    }

    private int Train(ParseResult arguments, PretrainingRecipe recipe, PreparedCorpus corpus, ProcessGroup ranks, TrainingDisplay display, CancellationToken cancellationToken)
    {
        string run = arguments.GetRequiredValue(_run).FullName;
        // A mark that the run has passed already.
        var control = new TrainingControl { PauseAt = arguments.GetValue(_saveModel) ? TrainingBudget.Steps(1) : null };
        // A lone process stops within a step, which may take minutes; it is taken again. Several finish it together.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(requestStop: () => { control.RequestStop(); stop.Cancel(); }, control.RequestCheckpoint);
        try
        {
            using PretrainingResult result = display.Train(
                progress => Pretrainer.Run(recipe.Pretraining, corpus, run, progress, line => display.Note(ErrorText.WithFlags(line, arguments.CommandResult)), replay: arguments.GetValue(_replay)?.FullName, control: control, ranks: ranks, cancellationToken: stop.Token));
            if (result.StopReason == StopReason.Paused)
            {
                if (ranks.IsRoot)
                    SaveModel(result, run, display);
                return ExitCode.Success;
            }

            Conclude(result, corpus, recipe.Pretraining.Validation, run, display);
            if (ranks.IsRoot)
                RunReport.Write(run, display.Note);
            return result.StopReason == StopReason.LossAboveLimit ? ExitCode.Pruned : ExitCode.Success;
        }
        catch (OperationCanceledException) when (control.StopRequested)
        {
            display.Note(LastStep(run) is { } step
                ? $"Stopped after step {step}. The same command continues the run, and with {_saveModel.Name} saves the model that it has come to."
                : "Stopped. The same command continues the run.");
            return signals.Exit ?? ExitCode.Terminated; // another rank got the signal
        }
        catch when (ranks.IsRoot && !RecordedRun.IsIn(run))
        {
            RunRecipe.Withdraw(run);
            throw;
        }
    }

    private void Show(ParseResult arguments, TrainingDisplay display)
    {
        if (_recipe.File(arguments) is not { } name)
            return;
        foreach (string line in RecipeText.Of(name, _recipe.ReadFile(arguments), [.. _recipe.Given(arguments)], _recipe.Name))
            display.Note(line);
    }

    /// <summary>Rank 0 prepares what the others then find.</summary>
    private static PreparedCorpus Shared(ProcessGroup ranks, Func<PreparedCorpus> prepare)
    {
        PreparedCorpus? corpus = null;
        if (ranks.IsRoot)
            corpus = ranks.WhileOthersWait(prepare);
        ranks.Barrier();
        return corpus ?? ranks.WhileOthersWait(prepare);
    }

    private static long? LastStep(string run) => RecordedRun.IsIn(run) ? RecordedRun.Open(run).Metrics().LastOrDefault(line => line.Event == "step")?.Step : null;

    private void SaveModel(PretrainingResult result, string run, TrainingDisplay display)
    {
        string folder = Path.Combine(run, "snapshots", $"step-{result.Position.Steps}");
        if (!Directory.Exists(folder))
            result.Model.Save(folder);
        if (result.Validation is { } held)
            display.Note(ProgressText.Of(held));
        display.Note($"The model after step {result.Position.Steps}: {folder}. The run has not ended, and goes on by the same command without {_saveModel.Name}.");
    }

    private static void Conclude(PretrainingResult result, PreparedCorpus corpus, ValidationPlan validation, string run, TrainingDisplay display)
    {
        display.Note($"The run ended because {StopReasonText.Of(result.StopReason)}. It trained {result.Position.Steps} steps, {result.Position.Samples} samples. Model: {Path.Combine(run, "model")}");
        display.Note(ProgressText.Of(result.Position, result.Overhead));
        if (result.Validation is { } held)
            display.Note(ProgressText.Of(held));
        foreach (string line in OutcomeText.Of(
            result.Validation, result.BestValidation, (double)result.Position.Samples / corpus.Train.SampleCount, measuresAll: validation.MaxSamples is 0 || validation.MaxSamples >= corpus.Validation.SampleCount))
            display.Note(line);
    }
}
