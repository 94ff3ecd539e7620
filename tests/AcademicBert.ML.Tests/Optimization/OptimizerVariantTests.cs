using AcademicBert.Modeling;
using AcademicBert.Optimization;

namespace AcademicBert.Tests.Optimization;

/// <summary>Variants without a fixture, against their formulas in double precision.</summary>
[TestClass]
public sealed class OptimizerVariantTests
{
    private static readonly BertConfig s_config = new() { VocabularySize = 30, HiddenSize = 12, Layers = 1, Heads = 2, IntermediateSize = 20, MaxPositions = 8 };

    [TestMethod]
    [DataRow(AdamWVariant.Adam)]
    [DataRow(AdamWVariant.Lamb)]
    public void Step_ThreeTimes_FollowsTheFormula(AdamWVariant variant)
    {
        var options = new AdamWOptions { Variant = variant, WeightDecay = 0.1 };
        using BertModel model = BertModel.Create(s_config, HeadSpec.None, seed: 1);
        using var optimizer = new AdamW(model.Parameters, options);
        Dictionary<string, double[]> values = model.Parameters.Slots.ToDictionary(slot => slot.Name, slot => model.Parameters.ToArray(slot).Select(value => (double)value).ToArray());
        Dictionary<string, (double[] First, double[] Second)> moments = values.ToDictionary(entry => entry.Key, entry => (new double[entry.Value.Length], new double[entry.Value.Length]));
        var random = new Random(2);
        for (int step = 1; step <= 3; step++)
        {
            foreach (ParameterSlot slot in model.Parameters.Slots)
            {
                double[] gradient = [.. Enumerable.Range(0, (int)slot.Count).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
                model.Parameters.Gradient(slot.Name).copy_(TorchSharp.torch.tensor(gradient.Select(value => (float)value).ToArray()).view(slot.Shape));
                Expect(options, values[slot.Name], moments[slot.Name], [.. gradient.Select(value => value * 0.5)], step, 1e-2, slot.Decays ? options.WeightDecay : 0);
            }

            Assert.IsTrue(optimizer.Step(1e-2, gradientScale: 0.5).Applied);
        }

        foreach (ParameterSlot slot in model.Parameters.Slots)
        {
            float[] actual = model.Parameters.ToArray(slot);
            for (int i = 0; i < actual.Length; i++)
                Assert.AreEqual(values[slot.Name][i], actual[i], 2e-6, $"{slot.Name}[{i}]");
        }
    }

    private static void Expect(AdamWOptions options, double[] values, (double[] First, double[] Second) moments, double[] gradient, int step, double learningRate, double decay)
    {
        double[] update = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double g = gradient[i] + (options.Variant == AdamWVariant.Adam ? decay * values[i] : 0);
            moments.First[i] = options.Beta1 * moments.First[i] + (1 - options.Beta1) * g;
            moments.Second[i] = options.Beta2 * moments.Second[i] + (1 - options.Beta2) * g * g;
            update[i] = moments.First[i] / (1 - Math.Pow(options.Beta1, step)) / (Math.Sqrt(moments.Second[i] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon)
                + (options.Variant == AdamWVariant.Lamb ? decay * values[i] : 0);
        }

        double valueNorm = Math.Sqrt(values.Sum(value => value * value)), updateNorm = Math.Sqrt(update.Sum(value => value * value));
        double trust = options.Variant == AdamWVariant.Lamb && valueNorm > 0 && updateNorm > 0 ? valueNorm / updateNorm : 1;
        for (int i = 0; i < values.Length; i++)
            values[i] -= learningRate * trust * update[i];
    }
}
