using System.Globalization;

namespace AcademicBert.Distributed.Tcp;

/// <summary>Which rank a process is, and where rank 0 listens, as launchers without MPI say it.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Size">Number of ranks.</param>
/// <param name="LocalRank">Number of the rank on its machine.</param>
/// <param name="Host">Machine of rank 0.</param>
/// <param name="Port">Port it listens at.</param>
internal sealed record Rendezvous(int Rank, int Size, int LocalRank, string Host, int Port)
{
    private const int FirstPort = 20000, Ports = 20000;

    /// <summary>
    /// Reads <c>RANK</c>, <c>WORLD_SIZE</c>, <c>LOCAL_RANK</c>, <c>MASTER_ADDR</c> and <c>MASTER_PORT</c>, or SLURM's variables: then rank 0
    /// is on the first node, and listens at a port made of the job's number.
    /// </summary>
    /// <param name="read">Reads a variable of the environment.</param>
    /// <returns>Null where there are not several ranks.</returns>
    /// <exception cref="InvalidOperationException">Some of them are missing; the message names them.</exception>
    public static Rendezvous? Of(Func<string, string?> read)
    {
        if (Number(read("WORLD_SIZE")) is > 1 and int size)
        {
            return new Rendezvous(
                Number(read("RANK")) ?? throw Missing("RANK"), size, Number(read("LOCAL_RANK")) ?? 0, read("MASTER_ADDR") ?? throw Missing("MASTER_ADDR"), Number(read("MASTER_PORT")) ?? throw Missing("MASTER_PORT"));
        }

        if (Number(read("SLURM_STEP_NUM_TASKS")) is not > 1 || Number(read("SLURM_PROCID")) is not { } rank)
            return null;
        return new Rendezvous(
            rank, Number(read("SLURM_STEP_NUM_TASKS"))!.Value, Number(read("SLURM_LOCALID")) ?? 0,
            read("MASTER_ADDR") ?? FirstHost(read("SLURM_STEP_NODELIST") ?? read("SLURM_JOB_NODELIST") ?? throw Missing("SLURM_STEP_NODELIST")),
            Number(read("MASTER_PORT")) ?? FirstPort + (Number(read("SLURM_JOB_ID")) ?? 0) % Ports);
    }

    /// <summary>The first of a list of machines as SLURM writes it: gpu[003-006,9]-b,gpu12 begins with gpu003-b.</summary>
    internal static string FirstHost(string list)
    {
        int open = list.IndexOf('['), comma = list.IndexOf(',');
        if (open < 0 || (comma >= 0 && comma < open))
            return comma < 0 ? list : list[..comma];
        int close = list.IndexOf(']', open);
        string rest = list[(close + 1)..];
        return list[..open] + list[(open + 1)..close].Split(',', '-')[0] + rest.Split(',')[0];
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static InvalidOperationException Missing(string variable) =>
        new($"This process is one of several ranks, but {variable} is not set. A launcher sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT; unset WORLD_SIZE to train alone.");
}
