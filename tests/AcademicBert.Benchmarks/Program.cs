using System.CommandLine;
using System.Globalization;
using AcademicBert.Benchmarks.Cluster;
using AcademicBert.Benchmarks.Data;
using AcademicBert.Benchmarks.Device;
using AcademicBert.Benchmarks.Finetune;
using AcademicBert.Benchmarks.Kernels;
using AcademicBert.Benchmarks.Load;
using AcademicBert.Benchmarks.Ranks;
using AcademicBert.Benchmarks.Score;
using AcademicBert.Benchmarks.Serve;
using AcademicBert.Benchmarks.Soak;
using AcademicBert.Benchmarks.Step;
using AcademicBert.Benchmarks.Train;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var root = new RootCommand("Measures every speed the project states, against its baseline and its limit, in one run.") { DataCommand.Make(), StepCommand.Make(), DeviceCommand.Make(), KernelsCommand.Make(), TrainCommand.Make(), FinetuneCommand.Make(), ScoreCommand.Make(), OnnxCommand.Make(), LoadCommand.Make(), ServeCommand.Make(), RanksCommand.Make(), ClusterCommand.Make(), SoakCommand.Make() };
return await root.Parse(args).InvokeAsync();
