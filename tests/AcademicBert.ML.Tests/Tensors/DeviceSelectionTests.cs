using AcademicBert.Distributed;
using AcademicBert.Pretraining;
using AcademicBert.Tensors;
using TorchSharp;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class DeviceSelectionTests
{
    [TestMethod]
    [DataRow("auto", true)]
    [DataRow("cpu", true)]
    [DataRow("cuda", true)]
    [DataRow("cuda:3", true)]
    [DataRow("gpu", false)]
    [DataRow("cuda:", false)]
    [DataRow("cuda:-1", false)]
    [DataRow("", false)]
    public void Validate_Device_TakesNamesOnly(string name, bool valid)
    {
        PretrainingOptions options = new() { Device = name };
        if (valid)
            options.Validate();
        else
            Assert.Contains("PretrainingOptions.Device", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }

    [TestMethod]
    [DataRow("auto", 0, 0, null)]
    [DataRow("auto", 3, 0, null)]
    [DataRow("cpu", 1, 8, null)]
    [DataRow("auto", 3, 8, 3)]
    [DataRow("cuda", 3, 8, 3)]
    [DataRow("cuda:5", 0, 8, 5)]
    [DataRow("cuda", 3, 1, 0)]
    public void GpuOf_RanksOfAMachine_EachTakesItsOwn(string name, int localRank, int gpus, int? expected) =>
        Assert.AreEqual(expected, DeviceSelection.GpuOf(name, localRank, gpus));

    [TestMethod]
    public void GpuOf_MoreRanksThanGpus_SaysHowManyThereAre() =>
        Assert.Contains("rank 2 of this machine, but there are 2 GPUs", Assert.ThrowsExactly<InvalidOperationException>(() => DeviceSelection.GpuOf("auto", 2, 2)).Message);

    [TestMethod]
    public void Validate_OneGpuForSeveralReplicas_NamesTheOption()
    {
        PretrainingOptions options = new() { Device = "cuda:1", Distributed = new DistributedOptions { Devices = "2" } };
        Assert.Contains("PretrainingOptions.Device", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }

    [TestMethod]
    public void Resolve_NoGpu_IsTheCpuOrSaysWhatToDo()
    {
        Assert.AreEqual(DeviceType.CPU, DeviceSelection.Resolve("cpu").type);
        if (DeviceSelection.Resolve("auto").type == DeviceType.CUDA)
            Assert.Inconclusive("Skipped: there is a GPU.");
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => DeviceSelection.Resolve("cuda")).Message;
        Assert.Contains("AcademicBertTorch=cuda", message);
        Assert.Contains("ACADEMICBERT_LIBTORCH", message);
    }
}
