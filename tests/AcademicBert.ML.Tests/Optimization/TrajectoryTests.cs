using System.Text.Json;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using AcademicBert.Tests.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Optimization;

[TestClass]
public sealed class TrajectoryTests
{
    public static IEnumerable<object[]> FoldersAndEngines =>
        from folder in TestData.FixtureFolders("", "trajectory.json")
        from engine in (Engine[])[Engine.Fused, Engine.Emulated, Engine.Cuda]
        select new object[] { folder, engine };

    [TestMethod]
    [DynamicData(nameof(FoldersAndEngines))]
    public void Steps_ReferenceBatches_FollowTheReferenceLossesNormsAndParameters(string folder, Engine engine)
    {
        using var fixture = new FixtureModel(folder, engine);
        using JsonDocument trajectory = JsonDocument.Parse(File.ReadAllText(TestData.Fixture(folder, "trajectory.json")));
        JsonElement settings = trajectory.RootElement.GetProperty("hyperparameters"), exact = trajectory.RootElement.GetProperty("float64"), rounded = trajectory.RootElement.GetProperty("float32");
        int steps = settings.GetProperty("total_steps").GetInt32();
        var schedule = new LearningRateSchedule { Peak = settings.GetProperty("lr").GetDouble(), Warmup = settings.GetProperty("warmup_steps").GetDouble() };
        using var optimizer = new AdamW(fixture.Model.Parameters, new AdamWOptions
        {
            Epsilon = settings.GetProperty("eps").GetDouble(),
            WeightDecay = settings.GetProperty("weight_decay").GetDouble(),
            MaxGradientNorm = settings.GetProperty("max_grad_norm").GetDouble(),
        });
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            fixture.Model.Parameters.ZeroGradients();
            (Tensor positions, Tensor ids) = fixture.Targets($"step{step}.");
            Tensor loss = fixture.Model.MaskedLossSum(fixture.Model.Encode(fixture.Batch($"step{step}.")), positions, ids);
            fixture.Model.Backward(loss);
            OptimizerStep done = optimizer.Step(schedule.At(step, steps), 1.0 / ids.numel());
            AssertWithin("loss_per_step", step, (double)loss.item<float>() / ids.numel());
            AssertWithin("grad_norm_before_clip", step, done.GradientNorm);
        }

        using SafeTensorsFile final = SafeTensorsFile.Open(TestData.Fixture(folder, "final_model.safetensors"));
        double tolerance = 4 * rounded.GetProperty("final_parameters_vs_float64_max_abs_err").GetProperty("others").GetDouble();
        foreach (ParameterSlot slot in fixture.Model.Parameters.Slots)
        {
            float[] expected = new float[slot.Count], actual = fixture.Model.Parameters.ToArray(slot);
            final.CopyTo(slot.Name, expected);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], tolerance, $"{slot.Name}[{i}]");
        }

        // The reference's fp32 error of one number can be zero by luck: the largest of the whole run is the yardstick.
        void AssertWithin(string name, int step, double actual)
        {
            double[] expected = Values(exact), single = Values(rounded);
            double error = expected.Zip(single, (a, b) => Math.Abs(a - b)).Max();
            Assert.AreEqual(expected[step], actual, 4 * error, $"{name} at step {step}");

            double[] Values(JsonElement run) => [.. run.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
        }
    }
}
