using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class OutputPlaceTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Require_PlaceThatCanBeWritten_LeavesNothingNewAndWhatThereWas()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "before");
        OutputPlace.RequireRunFolder(Path.Combine(_folder, "a", "b"), _ => false, overwrite: false);
        OutputPlace.RequireRunFolder(_folder, _ => true, overwrite: false);
        OutputPlace.RequireFile(Path.Combine(_folder, "c", "d.tsv"), overwrite: false);
        OutputPlace.RequireFile(file, overwrite: true);
        OutputPlace.RequireNewFolder(Path.Combine(_folder, "e", "corpus"), "corpus folder", "corpus.json", overwrite: false);
        OutputPlace.RequireNewFolder(_folder, "folder", "file", overwrite: true);
        Assert.AreSequenceEqual([file], Directory.GetFileSystemEntries(_folder));
        Assert.AreEqual("before", File.ReadAllText(file));
    }

    [TestMethod]
    public void Require_PlaceThatCannotBeWritten_SaysWhy()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.AreEqual($"Cannot create the run folder '{file}': '{file}' is a file.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireRunFolder(file, _ => false, overwrite: true)).Message);
        Assert.AreEqual($"Cannot write the file '{_folder}': there is a folder of that name.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireFile(_folder, overwrite: true)).Message);
        Assert.AreEqual($"Cannot create the model folder '{file}': '{file}' is a file.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder(file, "model folder", "config.json", overwrite: true)).Message);
        Assert.AreEqual($"Cannot create the model folder '{_folder}': it holds other files. Name a new or empty folder.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder(_folder, "model folder", "config.json", overwrite: true)).Message);
        if (!OperatingSystem.IsLinux())
            return;
        Assert.AreEqual("Cannot create the corpus folder '/proc/none/corpus': nothing can be made in '/proc'.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireNewFolder("/proc/none/corpus", "corpus folder", "corpus.json", overwrite: true)).Message);
        Assert.AreEqual("Cannot create the run folder '/proc/none': nothing can be made in '/proc'.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireRunFolder("/proc/none", _ => false, overwrite: false)).Message);
        Assert.StartsWith("Cannot write the file '/proc/none.tsv': ", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireFile("/proc/none.tsv", overwrite: false)).Message);
    }

    [TestMethod]
    public void Require_WhatIsThereAlready_IsTakenOnlyWhereItIsSaid()
    {
        string file = Path.Combine(_folder, "labels.tsv"), empty = Path.Combine(_folder, "empty.tsv"), model = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        File.WriteAllText(file, "before");
        File.WriteAllText(empty, "");
        File.WriteAllText(Path.Combine(model, "config.json"), "{}");
        Assert.AreEqual($"Cannot write the file '{file}': it is there already. Name another, or give --overwrite to replace it.", Refusal(() => OutputPlace.RequireFile(file, overwrite: false)));
        OutputPlace.RequireFile(empty, overwrite: false);
        Assert.AreEqual($"Cannot create the model folder '{model}': it is there already. Name another, or give --overwrite to replace it.", Refusal(() => OutputPlace.RequireNewFolder(model, "model folder", "config.json", overwrite: false)));
        OutputPlace.RequireNewFolder(model, "model folder", "config.json", overwrite: true);
        Directory.CreateDirectory(Path.Combine(model, "photos"));
        Assert.Contains("it holds other files", Refusal(() => OutputPlace.RequireNewFolder(model, "model folder", "config.json", overwrite: true)));
        Assert.AreEqual($"Cannot create the run folder '{_folder}': it holds other files. Name a new or empty folder, or give --overwrite to use this one.", Refusal(() => OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: false)));
        OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: true);
    }

    [TestMethod]
    [DataRow("metrics.jsonl", "a run of pretraining")]
    [DataRow("finetuning.jsonl", "a run of fine-tuning")]
    [DataRow("search.jsonl", "a search")]
    public void RequireRunFolder_RunOfAnotherKind_IsNotTakenWhateverIsSaid(string journal, string kind)
    {
        foreach (string file in (string[])["options.json", journal])
            File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.AreEqual($"Cannot create the run folder '{_folder}': it holds {kind}. Name another folder.", Assert.ThrowsExactly<IOException>(() => OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: true)).Message);
    }

    [TestMethod]
    public async Task PretrainAndSearch_EachOthersFolder_IsLeftAsItIs()
    {
        using var line = new CommandLine();
        string text = line.Text();
        foreach ((string command, string journal) in (IEnumerable<(string, string)>)[("search", "metrics.jsonl"), ("pretrain", "search.jsonl")])
        {
            string run = line.Path(command);
            foreach (string file in (string[])["options.json", journal, "corpus/corpus.json"])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(run, file))!);
                await File.WriteAllTextAsync(Path.Combine(run, file), "");
            }

            Assert.AreEqual(ExitCode.Failure, await line.Run(command, text, "--run", run, "--recipe", command == "search" ? "nano" : "nano-quickstart"));
            Assert.Contains($"Cannot create the run folder '{run}': it holds a ", line.Errors);
            Assert.AreEqual("", await File.ReadAllTextAsync(Path.Combine(run, "options.json")));
        }
    }

    [TestMethod]
    public void RequireRunFolder_OptionsOfARunThatWroteNoMore_AreNoOtherFiles()
    {
        File.WriteAllText(Path.Combine(_folder, "options.json"), "{}");
        File.WriteAllText(Path.Combine(_folder, ".hidden"), "");
        OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: false);
    }

    [TestMethod]
    public async Task RequireRunFolder_KilledWhileItTriesThePlace_LeavesNothingThatTheNextStartRefuses()
    {
        var tried = new TaskCompletionSource<string>();
        using (var watcher = new FileSystemWatcher(_folder) { NotifyFilter = NotifyFilters.FileName, EnableRaisingEvents = true })
        {
            watcher.Created += (_, created) => tried.TrySetResult(created.FullPath);
            OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: false);
            await File.WriteAllTextAsync(await tried.Task, "");
        }

        OutputPlace.RequireRunFolder(_folder, _ => false, overwrite: false);
    }

    private static string Refusal(Action require) => Assert.ThrowsExactly<IOException>(require).Message;
}
