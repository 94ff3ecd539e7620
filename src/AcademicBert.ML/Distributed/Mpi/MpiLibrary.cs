using System.Runtime.InteropServices;
using System.Text;

namespace AcademicBert.Distributed.Mpi;

/// <summary>
/// The functions of an MPI library that are needed, found at run time: Open MPI, whose handles are addresses of exported objects, or the
/// MPICH family (MPICH, Intel MPI, MVAPICH), whose handles are 32-bit constants. All calls are non-blocking or quick, so that a rank that
/// has died leaves nobody in native code.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Names the MPI library to load instead of looking for one.</summary>
    public const string Variable = "ACADEMICBERT_MPI";

    private const int Serialized = 2; // MPI_THREAD_SERIALIZED: any thread, one at a time
    private const int LongestError = 1024;

    private readonly nint _library, _world, _byte, _inPlace, _ignoreStatus;
    private readonly delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int> _alltoall, _allgather;
    private readonly delegate* unmanaged<nint, int, nint, int, nint, nint*, int> _broadcast;
    private readonly delegate* unmanaged<nint*, int*, nint, int> _test;

    private MpiLibrary(nint library)
    {
        _library = library;
        nint returnErrors;
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _world))
            (_byte, _inPlace, _ignoreStatus, returnErrors) = (Export("ompi_mpi_byte"), 1, 0, Export("ompi_mpi_errors_return"));
        else
            (_world, _byte, _inPlace, _ignoreStatus, returnErrors) = (0x44000000, 0x4c00010d, -1, 1, 0x54000001);
        _alltoall = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int>)Export("MPI_Ialltoall");
        _allgather = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int>)Export("MPI_Iallgather");
        _broadcast = (delegate* unmanaged<nint, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        _test = (delegate* unmanaged<nint*, int*, nint, int>)Export("MPI_Test");

        int provided;
        Check(((delegate* unmanaged<nint, nint, int, int*, int>)Export("MPI_Init_thread"))(0, 0, Serialized, &provided));
        if (provided < Serialized)
            throw new InvalidOperationException("The MPI library was built without support for threads (MPI_THREAD_SERIALIZED).");
        Check(((delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler"))(_world, returnErrors));
        Rank = Query("MPI_Comm_rank");
        Size = Query("MPI_Comm_size");
    }

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Loads the library and initializes MPI.</summary>
    /// <param name="preferred">Names to try first: those of the launcher's own library.</param>
    /// <exception cref="InvalidOperationException">There is no MPI library, or it cannot be initialized.</exception>
    public static MpiLibrary Load(params IEnumerable<string> preferred)
    {
        string[] names = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? [set] : [.. preferred, "libmpi.so.40", "libmpi.so.12", "libmpich.so.12", "libmpi.so", "libmpi.dylib"];
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint library))
                return new MpiLibrary(library);
        throw new InvalidOperationException($"This process was started by an MPI launcher, but there is no MPI library ({string.Join(", ", names)}). Install Open MPI or MPICH, or name the library in {Variable}.");
    }

    /// <summary>Starts to exchange part j of <paramref name="send"/> with rank j, which receives it as its part of this rank.</summary>
    public nint AllToAll(nint send, nint receive, int bytes)
    {
        nint request = 0;
        Check(_alltoall(send, bytes, _byte, receive, bytes, _byte, _world, &request));
        return request;
    }

    /// <summary>Starts to gather part r of <paramref name="buffer"/> from each rank r, in place.</summary>
    public nint AllGather(nint buffer, int bytes)
    {
        nint request = 0;
        Check(_allgather(_inPlace, 0, _byte, buffer, bytes, _byte, _world, &request));
        return request;
    }

    /// <summary>Starts to copy bytes of rank 0 to all.</summary>
    public nint Broadcast(nint buffer, int bytes)
    {
        nint request = 0;
        Check(_broadcast(buffer, bytes, _byte, 0, _world, &request));
        return request;
    }

    /// <summary>Whether a request is done; also what moves requests on.</summary>
    public bool Test(ref nint request)
    {
        int done;
        fixed (nint* address = &request)
            Check(_test(address, &done, _ignoreStatus));
        return done != 0;
    }

    /// <summary>Ends MPI; all ranks have come here.</summary>
    public void End() => Check(((delegate* unmanaged<int>)Export("MPI_Finalize"))());

    private int Query(string function)
    {
        int value;
        Check(((delegate* unmanaged<nint, int*, int>)Export(function))(_world, &value));
        return value;
    }

    private void Check(int code)
    {
        if (code == 0)
            return;
        byte* text = stackalloc byte[LongestError];
        int length = 0;
        ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(code, text, &length);
        throw new RankFailedException($"MPI: {Encoding.UTF8.GetString(text, length)}");
    }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);
}
