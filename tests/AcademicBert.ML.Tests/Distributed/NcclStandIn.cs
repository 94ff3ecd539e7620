using System.Diagnostics;
using AcademicBert.Distributed;
using AcademicBert.Distributed.Nccl;

namespace AcademicBert.Tests.Distributed;

/// <summary>Builds the stand-in for NCCL; the calling test is skipped, with the reason, where there is no compiler.</summary>
internal static class NcclStandIn
{
    private static readonly Lazy<(string? Path, string Reason)> s_built = new(Build);

    /// <summary>Path of the library.</summary>
    public static string Path
    {
        get
        {
            if (s_built.Value.Path is null)
                Assert.Inconclusive($"Skipped: the stand-in for NCCL cannot be built: {s_built.Value.Reason}");
            return s_built.Value.Path;
        }
    }

    /// <summary>A group whose large buffers, although on the host, travel by the stand-in.</summary>
    public static ProcessGroup Over(ProcessGroup ranks, string library) => new NcclOnHost(ranks, library);

    private static (string?, string) Build()
    {
        if (!OperatingSystem.IsLinux())
            return (null, "it needs Linux.");
        string source = System.IO.Path.Combine(AppContext.BaseDirectory, "Distributed", "nccl_stand_in.cpp");
        string library = System.IO.Path.Combine(AppContext.BaseDirectory, "libnccl_stand_in.so");
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source]) { RedirectStandardError = true })!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? (library, "") : throw new AssertFailedException(errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, "there is no g++.");
        }
    }

    private sealed class NcclOnHost : ProcessGroup
    {
        private readonly ProcessGroup _ranks;
        private readonly NcclCollectives _collectives;

        public NcclOnHost(ProcessGroup ranks, string library)
        {
            _ranks = ranks;
            _collectives = new NcclCollectives(NcclLibrary.Load(library), ranks, new DeviceQueue());
        }

        public override int Rank => _ranks.Rank;

        public override int Size => _ranks.Size;

        internal override BufferCollectives HostBuffers => _collectives;

        internal override CancellationToken Failed => _ranks.Failed;

        public override void Abandon(Exception reason) => _ranks.Abandon(reason);

        internal override void ThrowIfFailed() => _ranks.ThrowIfFailed();

        internal override void Sum(Span<double> values) => _ranks.Sum(values);

        internal override void Broadcast(Span<byte> bytes) => _ranks.Broadcast(bytes);

        protected override void Dispose(bool disposing)
        {
            _collectives.Dispose();
            _ranks.Dispose();
        }
    }
}
