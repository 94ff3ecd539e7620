using System.Globalization;
using AcademicBert.Distributed.Mpi;

namespace AcademicBert.Distributed;

/// <summary>Finds out from the environment whether a launcher has started this process as one of several ranks.</summary>
public static class Launch
{
    /// <summary>How long a rank may be silent, or stand still while others wait for it, if nothing else is said: 20 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20);

    private static readonly string[] s_openMpi = ["OMPI_COMM_WORLD_SIZE"], s_mpich = ["PMI_SIZE"];
    private static readonly string[] s_localRanks = ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "MV2_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"];

    /// <summary>Joins the ranks of the launch: those of <c>mpirun</c>, or of <c>srun</c> with MPI; alone where there is no launcher. Once in a process.</summary>
    /// <param name="timeout">How long a rank may be silent, or stand still while others wait for it, before all stop; null: <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="InvalidOperationException">The launcher's MPI library cannot be loaded.</exception>
    /// <exception cref="RankFailedException">Not all ranks came.</exception>
    public static ProcessGroup Join(TimeSpan? timeout = null)
    {
        bool open = Number(s_openMpi) > 1;
        return open || Number(s_mpich) > 1
            ? new MpiGroup(MpiLibrary.Load(open ? "libmpi.so.40" : "libmpich.so.12"), Number(s_localRanks) ?? 0, timeout ?? DefaultTimeout)
            : ProcessGroup.Single;
    }

    private static int? Number(string[] variables) => variables
        .Select(Environment.GetEnvironmentVariable)
        .Where(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(text => (int?)int.Parse(text!, CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
