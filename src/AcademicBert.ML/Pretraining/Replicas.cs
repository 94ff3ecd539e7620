using System.Globalization;
using System.Runtime.ExceptionServices;
using AcademicBert.Distributed;
using AcademicBert.Distributed.Threads;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>Trains on several devices of this process: a rank for each, in a thread of its own.</summary>
internal static class Replicas
{
    /// <summary>Number of devices that the options ask for.</summary>
    /// <exception cref="InvalidOperationException">There are not as many GPUs.</exception>
    public static int Count(PretrainingOptions options)
    {
        bool onGpus = DeviceSelection.Resolve(options.Device).type == TorchSharp.DeviceType.CUDA;
        int gpus = onGpus ? cuda.device_count() : 0;
        if (options.Distributed.Devices == DistributedOptions.AllDevices)
            return onGpus ? gpus : 1;
        int count = int.Parse(options.Distributed.Devices, CultureInfo.InvariantCulture);
        return !onGpus || count <= gpus ? count : throw new InvalidOperationException($"{nameof(DistributedOptions)}.{nameof(DistributedOptions.Devices)} is {count}, but there {(gpus == 1 ? "is 1 GPU" : $"are {gpus} GPUs")}.");
    }

    /// <summary>Runs all ranks, rank 0 on the calling thread.</summary>
    /// <param name="count">Number of ranks.</param>
    /// <param name="threads">Processor threads of each; 0: those of the process are shared.</param>
    /// <param name="run">What a rank does.</param>
    /// <returns>The result of rank 0; the others are disposed.</returns>
    public static PretrainingResult Run(int count, int threads, Func<ProcessGroup, PretrainingResult> run)
    {
        ProcessGroup[] ranks = ThreadGroup.Create(count);
        int share = threads > 0 ? threads : Math.Max(1, get_num_threads() / count), before = get_num_threads();
        var errors = new ExceptionDispatchInfo?[count];
        PretrainingResult? result = null;
        Thread[] others = [.. ranks.Skip(1).Select(rank => new Thread(() => RunRank(rank)) { Name = $"Rank {rank.Rank}" })];
        foreach (Thread other in others)
            other.Start();
        RunRank(ranks[0]);
        foreach (Thread other in others)
            other.Join();
        set_num_threads(before);
        // An error of a rank's own says more than that another has failed.
        (errors.FirstOrDefault(error => error is { SourceException: not RankFailedException }) ?? errors.FirstOrDefault(error => error is not null))?.Throw();
        return result!;

        void RunRank(ProcessGroup rank)
        {
            using ProcessGroup mine = rank;
            try
            {
                set_num_threads(share); // of this thread
                PretrainingResult made = run(mine);
                if (mine.IsRoot)
                    result = made;
                else
                    made.Dispose();
            }
            catch (Exception error)
            {
                errors[mine.Rank] = ExceptionDispatchInfo.Capture(error);
            }
        }
    }
}
