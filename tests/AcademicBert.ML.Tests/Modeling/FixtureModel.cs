using System.Runtime.InteropServices;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

/// <summary>A model fixture: parameters, one batch, and the expected numbers.</summary>
internal sealed class FixtureModel : IDisposable
{
    public FixtureModel(string folder, Engine engine = Engine.Fused, ComputePrecision precision = ComputePrecision.Float32)
    {
        string path = TestData.Fixture(folder);
        Inputs = SafeTensorsFile.Open(Path.Combine(path, "inputs.safetensors"));
        ModelDescription description = ModelDescriptionReader.Read(Path.Combine(path, "config.json"));
        using StoredParameters weights = StoredParameters.Open(path, new ParameterNames(description.Config));
        IsReferenceRepository = File.ReadAllText(Path.Combine(path, "config.json")).Contains("encoder_ln_mode");
        Model = Engines.Create(engine, description.Config, description.Head, seed: 1, precision);
        ParameterFile.Read(Model.Parameters, weights);
    }

    public BertModel Model { get; }

    public SafeTensorsFile Inputs { get; }

    public bool IsReferenceRepository { get; }

    public EncoderInput Batch(string prefix = "")
    {
        Tensor mask = Int64(prefix + "attention_mask");
        return new EncoderInput(Int64(prefix + "input_ids"), Int64(prefix + "token_type_ids"), mask.sum(1));
    }

    public Tensor Int64(string name) => tensor(MemoryMarshal.Cast<byte, long>(Inputs.Bytes(name)).ToArray()).view(Inputs[name].Shape).to(Model.Device);

    /// <summary>Flat positions that have a target, and the targets.</summary>
    public (Tensor Positions, Tensor Ids) Targets(string prefix = "")
    {
        long[] labels = MemoryMarshal.Cast<byte, long>(Inputs.Bytes(prefix + "labels")).ToArray();
        long[] positions = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != -100).Select(i => (long)i)];
        return (tensor(positions).to(Model.Device), tensor(positions.Select(i => labels[i]).ToArray()).to(Model.Device));
    }

    public void Dispose()
    {
        Model.Dispose();
        Inputs.Dispose();
    }
}
