using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AcademicBert.Distributed.Nccl;

/// <summary>What a communicator is known by while its ranks come together; passed by value, as NCCL wants it.</summary>
[InlineArray(Length)]
internal struct NcclUniqueId
{
    public const int Length = 128;

    private byte _first;
}

/// <summary>
/// The functions of NCCL that are needed. The library is the one of the loaded libtorch, whether linked into it or beside it, so that there
/// is one copy in the process; else the system's.
/// </summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>Names the NCCL library to load instead of looking for one.</summary>
    public const string Variable = "ACADEMICBERT_NCCL";

    private const int Sum = 0, InProgress = 7;

    private static readonly string[] s_names = ["libnccl.so.2", "libnccl.so"];

    private readonly nint _library;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> _reduceScatter;
    private readonly delegate* unmanaged<nint, nint, nuint, int, nint, nint, int> _allGather;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> _broadcast;

    private NcclLibrary(nint library)
    {
        _library = library;
        _reduceScatter = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Export("ncclReduceScatter");
        _allGather = (delegate* unmanaged<nint, nint, nuint, int, nint, nint, int>)Export("ncclAllGather");
        _broadcast = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Export("ncclBroadcast");
    }

    /// <summary>Loads the library.</summary>
    /// <param name="path">The library; null: that of <see cref="Variable"/>, of libtorch, or of the system.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static NcclLibrary Load(string? path = null)
    {
        if ((path ?? Environment.GetEnvironmentVariable(Variable)) is { Length: > 0 } named)
            return NativeLibrary.TryLoad(named, out nint chosen)
                ? new NcclLibrary(chosen)
                : throw new InvalidOperationException($"The NCCL library '{named}' cannot be loaded; see {Variable}.");
        // A handle gives its dependencies' functions as well: it does not matter whether libtorch has NCCL inside or beside it.
        if (NativeLibrary.TryLoad("torch_cuda", typeof(TorchSharp.torch).Assembly, null, out nint torch) && NativeLibrary.TryGetExport(torch, "ncclAllGather", out _))
            return new NcclLibrary(torch);
        foreach (string name in s_names)
            if (NativeLibrary.TryLoad(name, out nint system))
                return new NcclLibrary(system);
        throw new InvalidOperationException($"Several GPUs need NCCL, which is neither in libtorch nor installed ({s_names[0]}). Install it, or name it in {Variable}.");
    }

    /// <summary>A new id, made by one rank and given to the others.</summary>
    public NcclUniqueId MakeId()
    {
        NcclUniqueId id;
        Check(((delegate* unmanaged<NcclUniqueId*, int>)Export("ncclGetUniqueId"))(&id), communicator: 0);
        return id;
    }

    /// <summary>Joins a communicator on the calling thread's device; returns when all ranks have.</summary>
    public nint Join(int size, NcclUniqueId id, int rank)
    {
        nint communicator;
        Check(((delegate* unmanaged<nint*, int, NcclUniqueId, int, int>)Export("ncclCommInitRank"))(&communicator, size, id, rank), communicator: 0);
        return communicator;
    }

    /// <summary>Sums over ranks; each gets its part of <paramref name="count"/> elements.</summary>
    public void ReduceScatter(nint send, nint receive, long count, BufferType type, nint communicator, nint stream) =>
        Check(_reduceScatter(send, receive, (nuint)count, Code(type), Sum, communicator, stream), communicator);

    /// <summary>Gathers a part of <paramref name="count"/> elements from each rank.</summary>
    public void AllGather(nint send, nint receive, long count, BufferType type, nint communicator, nint stream) =>
        Check(_allGather(send, receive, (nuint)count, Code(type), communicator, stream), communicator);

    /// <summary>Copies elements of rank 0 to all.</summary>
    public void Broadcast(nint buffer, long count, BufferType type, nint communicator, nint stream) =>
        Check(_broadcast(buffer, buffer, (nuint)count, Code(type), 0, communicator, stream), communicator);

    /// <summary>The error of work that goes on in the background; null if there is none.</summary>
    public string? BackgroundError(nint communicator)
    {
        int error;
        int code = ((delegate* unmanaged<nint, int*, int>)Export("ncclCommGetAsyncError"))(communicator, &error);
        return code != 0 ? Describe(code, communicator) : error is not (0 or InProgress) ? Describe(error, communicator) : null;
    }

    /// <summary>Ends a communicator in good order.</summary>
    public void Leave(nint communicator) => Check(((delegate* unmanaged<nint, int>)Export("ncclCommDestroy"))(communicator), communicator: 0);

    /// <summary>Ends a communicator at once, and with it kernels that wait for other ranks.</summary>
    public void Abort(nint communicator) => _ = ((delegate* unmanaged<nint, int>)Export("ncclCommAbort"))(communicator);

    private static int Code(BufferType type) => type switch
    {
        BufferType.Float16 => 6,
        BufferType.Float32 => 7,
        BufferType.BFloat16 => 9,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private void Check(int code, nint communicator)
    {
        if (code != 0)
            throw new RankFailedException($"NCCL: {Describe(code, communicator)}");
    }

    private string Describe(int code, nint communicator)
    {
        string? error = Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("ncclGetErrorString"))(code));
        string? last = communicator != 0 && NativeLibrary.TryGetExport(_library, "ncclGetLastError", out nint function) ? Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)function)(communicator)) : null;
        return string.IsNullOrEmpty(last) ? error ?? $"error {code}" : $"{error}: {last}";
    }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);
}
