using AcademicBert.Modeling;
using System.Text.Json;
using AcademicBert.Optimization;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Optimization;

[TestClass]
public sealed unsafe class AdamWTests
{
    [TestMethod]
    [DataRow("torch_adamw", AdamWVariant.Decoupled)]
    [DataRow("no_bias_correction", AdamWVariant.OriginalBert)]
    [DataRow("hf_adamw_correct_bias", AdamWVariant.DecayAfterUpdate)]
    [DataRow("hf_adamw_no_correct_bias", AdamWVariant.DecayAfterUpdateUncorrected)]
    public void Step_TwentyReferenceGradients_StaysWithinFourTimesTheReferencesOwnRounding(string name, AdamWVariant variant)
    {
        using JsonDocument settings = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("adamw", "adamw.json")));
        using SafeTensorsFile initial = SafeTensorsFile.Open(TestData.Fixture("adamw", "initial.safetensors"));
        using SafeTensorsFile gradients = SafeTensorsFile.Open(TestData.Fixture("adamw", "gradients.safetensors"));
        using SafeTensorsFile expected = SafeTensorsFile.Open(TestData.Fixture("adamw", "expected.safetensors"));
        double[] rates = [.. settings.RootElement.GetProperty("lr_per_step").EnumerateArray().Select(rate => rate.GetDouble())];
        foreach (SafeTensorsEntry entry in initial.Entries)
        {
            double decay = settings.RootElement.GetProperty("weight_decay").GetProperty(entry.Name).GetDouble();
            var options = new AdamWOptions { Epsilon = settings.RootElement.GetProperty("eps").GetDouble(), WeightDecay = decay, Variant = variant };
            double tolerance = 4 * settings.RootElement.GetProperty("float32_run_vs_float64_max_abs_err").GetProperty(name).GetProperty(entry.Name).GetDouble();
            int count = (int)entry.ElementCount;
            float[] values = Read(initial, entry.Name), all = Read(gradients, entry.Name), trajectory = Read(expected, $"{name}.param.{entry.Name}");
            float[] first = new float[count], second = new float[count];
            for (int step = 0; step < rates.Length; step++)
            {
                fixed (float* v = values, g = &all[step * count], m = first, s = second)
                    FlatKernels.AdamW(v, g, m, s, count, AdamWSteps.Of(options, step + 1, rates[step], 1, decays: true));
                for (int i = 0; i < count; i++)
                    Assert.AreEqual(trajectory[step * count + i], values[i], tolerance, $"{entry.Name}[{i}] after step {step + 1}");
            }
        }
    }

    [TestMethod]
    public void Norm_ReferenceGradients_EqualsTheGlobalNorm()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("grad_clip.json")));
        foreach (JsonElement test in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            float[] flat = [.. Numbers(test.GetProperty("gradients"))];
            double expected = test.GetProperty("total_norm").GetDouble();
            fixed (float* g = flat)
                Assert.AreEqual(expected, Math.Sqrt(FlatKernels.SquaredSum(g, flat.Length)), expected * 1e-6);
        }
    }

    [TestMethod]
    public void Norm_NotANumberInside_IsNotFinite()
    {
        float[] values = new float[100_000];
        values[77_777] = float.NaN;
        fixed (float* g = values)
            Assert.IsFalse(double.IsFinite(FlatKernels.SquaredSum(g, values.Length)));
    }

    [TestMethod]
    public void Step_NotANumberInOneGradient_IsAsIfTheStepHadNotBeen()
    {
        var config = new BertConfig { VocabularySize = 11, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 12, MaxPositions = 6 };
        float[][] with = Train(poisonedStep: 3), without = Train(poisonedStep: null);
        for (int buffer = 0; buffer < with.Length; buffer++)
            Assert.AreSequenceEqual(without[buffer], with[buffer]);

        float[][] Train(int? poisonedStep)
        {
            using BertModel model = BertModel.Create(config, HeadSpec.MaskedLanguageModel, seed: 3);
            using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
            for (int step = 0; step < 6; step++)
            {
                model.Parameters.Gradients.fill_(0.01 * (step + 1));
                if (step == poisonedStep)
                {
                    float[] before = Values(model);
                    model.Parameters.Gradients[77] = float.NaN;
                    Assert.IsFalse(optimizer.Step(1e-2, 1).Applied);
                    Assert.AreSequenceEqual(before, Values(model), message: "the weights are those of the step before");
                }
                else if (step != 3)
                    Assert.IsTrue(optimizer.Step(1e-2, 1).Applied);
            }

            Assert.AreEqual(5, optimizer.Steps);
            return [Values(model), optimizer.FirstMoments.data<float>().ToArray(), optimizer.SecondMoments.data<float>().ToArray()];
        }

        static float[] Values(BertModel model) => model.Parameters.Values.data<float>().ToArray();
    }

    private static IEnumerable<float> Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers) : [(float)element.GetDouble()];

    private static float[] Read(SafeTensorsFile file, string name)
    {
        float[] values = new float[file[name].ElementCount];
        file.CopyTo(name, values);
        return values;
    }
}
