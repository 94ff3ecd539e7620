using System.Buffers.Binary;
using System.Numerics;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class TensorBoardLogTests
{
    [TestMethod]
    public void Run_WithAFolder_WritesEventsThatTensorBoardReads()
    {
        using var tiny = new TinyCorpus();
        string folder = Path.Combine(tiny.Folder, "run");
        var progress = new RecordedProgress();
        Pretrainer.Run(TinyCorpus.Options(4), tiny.Corpus, folder, progress).Dispose();

        string file = Directory.GetFiles(Path.Combine(folder, TensorBoardLog.FolderName)).Single();
        Assert.Contains("tfevents", Path.GetFileName(file), "TensorBoard finds files by this part of their name");
        List<Tensorboard.Event> events = [.. Records(File.ReadAllBytes(file)).Select(Tensorboard.Event.Parser.ParseFrom)];
        Assert.AreEqual("brain.Event:2", events[0].FileVersion);
        List<(long Step, string Tag, float Value)> points = [.. events.Skip(1).SelectMany(point => point.Summary.Value, (point, value) => (point.Step, value.Tag, value.SimpleValue))];
        Assert.Contains((1L, "train/loss", (float)progress.Steps.First().Loss), points);
        TrainingProgress last = progress.Validations.Last();
        Assert.Contains((last.Position.Steps, "validation/loss", (float)last.Validation!.Value.Loss), points);
    }

    /// <summary>The records of an event file; their checksums must hold.</summary>
    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at)));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.AreEqual(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.AreEqual(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            at += 16 + length;
            yield return data;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xA282EAD8u;
    }
}
