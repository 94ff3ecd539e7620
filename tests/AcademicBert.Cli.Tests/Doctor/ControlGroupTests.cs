using AcademicBert.Cli.Doctor;

namespace AcademicBert.Tests.Doctor;

[TestClass]
public sealed class ControlGroupTests
{
    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public void Read_VersionTwo_GivesTheLowestLimitOnThePath()
    {
        Write("proc/self/cgroup", "0::/user/job");
        Write("sys/fs/cgroup/user/memory.max", "4000000000");
        Write("sys/fs/cgroup/user/job/memory.max", "max");
        Write("sys/fs/cgroup/user/cpu.max", "max 100000");
        Write("sys/fs/cgroup/user/job/cpu.max", "150000 100000");
        Assert.AreEqual(new ControlGroup(4_000_000_000, 1.5), Read());
    }

    [TestMethod]
    public void Read_VersionOne_TakesNoLimitForWhatItIs()
    {
        Write("proc/self/cgroup", "5:memory:/job", "2:cpu:/job", "1:name=systemd:/");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        Write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "2000000000");
        Write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1");
        Write("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000");
        Assert.AreEqual(new ControlGroup(2_000_000_000, null), Read());
    }

    [TestMethod]
    public void Read_ContainerThatSeesThePathOfItsHost_FindsTheLimitsOfItsRoot()
    {
        Write("proc/self/cgroup", "0::/docker/0123");
        Write("sys/fs/cgroup/memory.max", "1000000000");
        Assert.AreEqual(new ControlGroup(1_000_000_000, null), Read());
    }

    [TestMethod]
    public void Read_NoControlGroups_GivesNoLimits() => Assert.AreEqual(new ControlGroup(null, null), Read());

    private ControlGroup Read() => ControlGroup.Read(_line.Folder + "/");

    private void Write(string file, params string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_line.Path(file))!);
        File.WriteAllLines(_line.Path(file), lines);
    }
}
