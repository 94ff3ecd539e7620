using System.Reflection;
using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

/// <summary>The driver's functions that launching kernels takes: no toolkit and no runtime library.</summary>
internal static unsafe partial class CudaDriver
{
    /// <summary>CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR.</summary>
    public const int Major = 75, Minor = 76;

    /// <summary>CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.</summary>
    public const int SharedBytes = 8;

    // CUDA_ERROR_OUT_OF_MEMORY
    private const int OutOfMemory = 2;

    private const string Library = "cuda-driver";

    static CudaDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaDriver).Assembly, Resolve);

    /// <summary>Whether there is a driver, and it starts.</summary>
    public static bool TryStart(out string reason)
    {
        if (!NativeLibrary.TryLoad(FileName, out _))
        {
            reason = $"there is no NVIDIA driver ({FileName})";
            return false;
        }

        int code = Initialize(0);
        reason = code == 0 ? "" : $"the NVIDIA driver does not start: {Describe(code)}";
        return code == 0;
    }

    /// <summary>Throws what a code other than 0 means.</summary>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    /// <exception cref="InvalidOperationException">The code is another than 0.</exception>
    public static void Check(int code, string what)
    {
        if (code == OutOfMemory)
            throw new InsufficientMemoryException($"CUDA: {what} failed: {Describe(code)}.");
        if (code != 0)
            throw new InvalidOperationException($"CUDA: {what} failed: {Describe(code)}.");
    }

    private static string FileName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    private static string Describe(int code)
    {
        byte* text;
        return GetErrorString(code, &text) == 0 ? $"{Marshal.PtrToStringUTF8((nint)text)} ({code})" : $"error {code}";
    }

    private static nint Resolve(string name, Assembly requester, DllImportSearchPath? path) => name == Library ? NativeLibrary.Load(FileName) : 0;

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuGetErrorString")]
    private static partial int GetErrorString(int code, byte** text);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    public static partial int DeviceGet(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    public static partial int DeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    public static partial int DeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    public static partial int PrimaryContextRetain(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxSetCurrent")]
    public static partial int ContextSetCurrent(nint context);

    [LibraryImport(Library, EntryPoint = "cuModuleLoadDataEx")]
    public static partial int ModuleLoad(out nint module, byte* image, uint count, int* options, nint* values);

    [LibraryImport(Library, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library, EntryPoint = "cuFuncSetAttribute")]
    public static partial int FunctionSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library, EntryPoint = "cuLaunchKernel")]
    public static partial int LaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    public static partial int MemoryInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cuMemsetD8Async")]
    public static partial int Set(nint memory, byte value, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial int CopyToDevice(nint memory, nint host, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    public static partial int CopyToHost(nint host, nint memory, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemAllocManaged")]
    public static partial int AllocateManaged(out nint memory, nuint bytes, uint flags);

    [LibraryImport(Library, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(nint memory);

    [LibraryImport(Library, EntryPoint = "cuMemHostAlloc")]
    public static partial int AllocatePinned(out nint host, nuint bytes, uint flags);

    [LibraryImport(Library, EntryPoint = "cuMemFreeHost")]
    public static partial int FreePinned(nint host);

    [LibraryImport(Library, EntryPoint = "cuStreamSynchronize")]
    public static partial int StreamSynchronize(nint stream);

    [LibraryImport(Library, EntryPoint = "cuEventCreate")]
    public static partial int EventCreate(out nint mark, uint flags);

    [LibraryImport(Library, EntryPoint = "cuEventRecord")]
    public static partial int EventRecord(nint mark, nint stream);

    [LibraryImport(Library, EntryPoint = "cuEventSynchronize")]
    public static partial int EventSynchronize(nint mark);

    [LibraryImport(Library, EntryPoint = "cuEventDestroy_v2")]
    public static partial int EventDestroy(nint mark);
}
