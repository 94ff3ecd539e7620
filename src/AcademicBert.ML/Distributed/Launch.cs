using System.Globalization;
using System.Runtime.InteropServices;
using AcademicBert.Distributed.Mpi;
using AcademicBert.Distributed.Tcp;

namespace AcademicBert.Distributed;

/// <summary>Finds out from the environment whether a launcher has started this process as one of several ranks.</summary>
public static class Launch
{
    /// <summary>How long a rank may be silent, or stand still while others wait for it, if nothing else is said: 20 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20);

    private const string OpenMpi = "libmpi.so.40";

    private static readonly string[] s_localRanks = ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "MV2_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"];

    /// <summary>
    /// Joins the ranks of the launch, once in a process: by MPI under <c>mpirun</c>, or <c>srun</c> with <c>--mpi</c>; else by
    /// <c>RANK</c>, <c>WORLD_SIZE</c>, <c>MASTER_ADDR</c> and <c>MASTER_PORT</c>, or SLURM's variables, for GPUs. Alone where there is no launcher.
    /// </summary>
    /// <param name="timeout">How long a rank may be silent, or stand still while others wait for it, before all stop; null: <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="InvalidOperationException">The launcher's MPI library cannot be loaded, or a variable is missing.</exception>
    /// <exception cref="RankFailedException">Not all ranks came.</exception>
    public static ProcessGroup Join(TimeSpan? timeout = null)
    {
        // SLURM may set up PMIx for programs that know no MPI, where there need not be any.
        bool open = Number("OMPI_COMM_WORLD_SIZE") > 1 || (Read("PMIX_RANK") is not null && NativeLibrary.TryLoad(OpenMpi, out _)), mpich = Number("PMI_SIZE") > 1;
        if (open || mpich)
            return new MpiGroup(MpiLibrary.Load(open ? OpenMpi : "libmpich.so.12"), s_localRanks.Select(Number).FirstOrDefault(number => number is not null) ?? 0, timeout ?? DefaultTimeout);
        return Rendezvous.Of(Read) is { } place ? new TcpGroup(place, timeout ?? DefaultTimeout) : ProcessGroup.Single;
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static int? Number(string variable) => int.TryParse(Read(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
