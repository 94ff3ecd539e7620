using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class OddShapesTests
{
    private static readonly BertConfig s_odd = new()
    {
        VocabularySize = 101, HiddenSize = 24, Layers = 2, Heads = 3, IntermediateSize = 50, MaxPositions = 17, HiddenDropout = 0, AttentionDropout = 0,
    };

    [TestMethod]
    public void Loss_VocabularyNoMultipleOfEight_IsThatOfTheRealWordsOnly()
    {
        Assert.AreEqual(104, s_odd.PaddedVocabularySize);
        using BertModel model = BertModel.Create(s_odd, HeadSpec.MaskedLanguageModel, seed: 1);
        using var scope = NewDisposeScope();
        (Tensor ids, Tensor positions, Tensor targets) = Batch();
        Tensor logits = model.MaskedLogits(model.Encode(new EncoderInput(ids)), positions);
        Assert.AreSequenceEqual([4L, 101], logits.shape, "padding rows stay outside the softmax");
        double expected = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum).item<float>();
        Assert.AreEqual(expected, model.MaskedLossSum(model.Encode(new EncoderInput(ids)), positions, targets).item<float>(), 1e-5);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Backward_HiddenSize24_GivesTheSlopeOfTheLoss(bool gated)
    {
        using BertModel model = BertModel.Create(s_odd with { GatedFeedForward = gated, InitializerRange = 0.2 }, HeadSpec.MaskedLanguageModel, seed: 2);
        using var scope = NewDisposeScope();
        model.Parameters.ZeroGradients();
        model.Backward(Loss(model));
        var random = new Random(1);
        foreach (ParameterSlot slot in model.Parameters.Slots)
        {
            float[] gradient = model.Parameters.Gradient(slot.Name).reshape(-1).data<float>().ToArray();
            float[] direction = [.. gradient.Select(_ => random.NextSingle() - 0.5f)];
            double slope = gradient.Zip(direction, (g, d) => (double)g * d).Sum();
            const double step = 4e-3;
            double measured = (Moved(model, slot, direction, step) - Moved(model, slot, direction, -step)) / (2 * step);
            Assert.AreEqual(slope, measured, 0.02 * Math.Abs(slope) + 0.02, slot.Name);
        }
    }

    [TestMethod]
    public void Encode_PaddedBatch_GivesEachRowWhatItGetsAlone()
    {
        using BertModel model = BertModel.Create(s_odd, HeadSpec.MaskedLanguageModel, seed: 1);
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        (Tensor ids, _, _) = Batch();
        Tensor together = model.Encode(new EncoderInput(ids, Lengths: tensor(new long[] { 13, 6 })));
        Tensor alone = model.Encode(new EncoderInput(ids.narrow(0, 1, 1).narrow(1, 0, 6)));
        Assert.IsLessThan(1e-5, (together[1].narrow(0, 0, 6) - alone[0]).abs().max().item<float>());
    }

    [TestMethod]
    public void Encode_LongerThanThePositions_NamesTheOption()
    {
        using BertModel model = BertModel.Create(s_odd, HeadSpec.MaskedLanguageModel, seed: 1);
        using var scope = NewDisposeScope();
        Assert.Contains("MaxPositions", Assert.Throws<ArgumentException>(() => model.Encode(new EncoderInput(zeros(1, 18, dtype: int64)))).Message);
    }

    [TestMethod]
    public void Save_PaddedVocabulary_StaysOutOfTheFile()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            using BertModel model = BertModel.Create(s_odd, HeadSpec.MaskedLanguageModel, seed: 1);
            ModelFolder.Save(model, folder);
            using var file = AcademicBert.Tensors.SafeTensorsFile.Open(Path.Combine(folder, ModelFolder.WeightsFile));
            Assert.AreSequenceEqual([101L, 24], file[ParameterNames.WordEmbeddings].Shape);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (Tensor Ids, Tensor Positions, Tensor Targets) Batch() =>
        (randint(5, 101, [2, 13], dtype: int64, generator: new Generator(3)), tensor(new long[] { 1, 5, 14, 17 }), tensor(new long[] { 100, 7, 50, 99 }));

    private static Tensor Loss(BertModel model)
    {
        (Tensor ids, Tensor positions, Tensor targets) = Batch();
        return model.MaskedLossSum(model.Encode(new EncoderInput(ids)), positions, targets);
    }

    private static double Moved(BertModel model, ParameterSlot slot, float[] direction, double step)
    {
        float[] original = model.Parameters.ToArray(slot);
        model.Parameters.Fill(slot, values =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = original[i] + (float)(direction[i] * step);
        });
        using IDisposable frozen = no_grad();
        double loss = Loss(model).item<float>();
        model.Parameters.Fill(slot, values => original.CopyTo(values));
        return loss;
    }
}
