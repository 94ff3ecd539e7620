using System.Globalization;
using System.Text;

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
    /// <exception cref="InvalidOperationException">One of them is missing, or out of its range; the message names it.</exception>
    public static Rendezvous? Of(Func<string, string?> read)
    {
        if (Number(read("WORLD_SIZE")) is > 1 and int size)
        {
            return Checked(new Rendezvous(
                Number(read("RANK")) ?? throw Missing("RANK"), size, Number(read("LOCAL_RANK")) ?? 0, read("MASTER_ADDR") ?? throw Missing("MASTER_ADDR"), Number(read("MASTER_PORT")) ?? throw Missing("MASTER_PORT")));
        }

        if (Number(read("SLURM_STEP_NUM_TASKS")) is not (> 1 and int tasks) || Number(read("SLURM_PROCID")) is not { } rank)
            return null;
        return Checked(new Rendezvous(
            rank, tasks, Number(read("SLURM_LOCALID")) ?? 0,
            read("MASTER_ADDR") ?? FirstHost(read("SLURM_STEP_NODELIST") ?? read("SLURM_JOB_NODELIST") ?? throw Missing("SLURM_STEP_NODELIST")),
            Number(read("MASTER_PORT")) ?? FirstPort + (Number(read("SLURM_JOB_ID")) ?? 0) % Ports));
    }

    /// <summary>The first of a list of machines as SLURM writes it: gpu[003-006,9]-b,gpu12 begins with gpu003-b, rack[0-1]node[0-3] with rack0node0.</summary>
    /// <exception cref="InvalidOperationException">It is no such list.</exception>
    internal static string FirstHost(string list)
    {
        var host = new StringBuilder();
        for (int at = 0; at < list.Length && list[at] != ','; at++)
        {
            if (list[at] != '[')
            {
                host.Append(list[at]);
                continue;
            }

            int close = list.IndexOf(']', at);
            if (close < 0)
                throw new InvalidOperationException($"'{list}' is no list of machines as SLURM writes it; set MASTER_ADDR to the machine of rank 0.");
            ReadOnlySpan<char> numbers = list.AsSpan(at + 1, close - at - 1);
            int end = numbers.IndexOfAny(',', '-');
            host.Append(end < 0 ? numbers : numbers[..end]);
            at = close;
        }

        return host.ToString();
    }

    private static Rendezvous Checked(Rendezvous place) =>
        place.Rank >= place.Size ? throw new InvalidOperationException($"This process is rank {place.Rank} of {place.Size}; ranks count from 0. A launcher sets RANK and WORLD_SIZE, or SLURM_PROCID and SLURM_STEP_NUM_TASKS.")
        : place.Port is < 1 or > 65535 ? throw new InvalidOperationException($"MASTER_PORT is {place.Port}; it must be between 1 and 65535.")
        : string.IsNullOrWhiteSpace(place.Host) ? throw new InvalidOperationException("The machine of rank 0 has no name; set MASTER_ADDR.")
        : place;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static InvalidOperationException Missing(string variable) =>
        new($"This process is one of several ranks, but {variable} is not set. A launcher sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT; unset WORLD_SIZE to train alone.");
}
