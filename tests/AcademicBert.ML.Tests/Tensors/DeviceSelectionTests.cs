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
