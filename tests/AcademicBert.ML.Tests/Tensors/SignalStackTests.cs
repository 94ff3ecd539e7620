using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Tensors;

/// <summary>Where the promise is broken, the process ends: on processors with AMX alone.</summary>
[TestClass]
public sealed class SignalStackTests
{
    [TestMethod]
    [DataRow("mm")]
    [DataRow("bmm")]
    [DataRow("packed")]
    public void Products_OfBFloat16_LeaveNullReferencesCaughtAndThreadsEnding(string product)
    {
        int caught = 0;
        for (int round = 0; round < 8; round++)
        {
            var thread = new Thread(() =>
            {
                Multiply(product);
                try
                {
                    _ = Nothing()!.Length;
                }
                catch (NullReferenceException)
                {
                    caught++;
                }
            });
            thread.Start();
            thread.Join();
        }

        Assert.AreEqual(8, caught);
    }

    private static string? Nothing() => null;

    private static void Multiply(string product)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor a = ones(2, 64, 64, dtype: bfloat16), result = zeros(2, 64, 64, dtype: bfloat16);
        if (product == "bmm")
            MatrixProduct.BatchInto(result, a, a);
        else if (product == "mm")
            MatrixProduct.Into(result[0], a[0], a[0]);
        else if (PackedMatrix.Of(a[0]) is { } packed)
            using (packed)
                packed.Multiply(a[1]).Dispose();
    }
}
