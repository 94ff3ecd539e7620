using AcademicBert.Modeling;
using AcademicBert.Scoring;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class BatchedInferenceTests
{
    private static readonly BertConfig s_config = new()
    {
        VocabularySize = 50, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaxPositions = 64, HiddenDropout = 0.1, AttentionDropout = 0.1,
    };

    [TestMethod]
    public void Run_MixedLengths_GivesEachRowWhatItGetsAloneWithLittlePadding()
    {
        using BertModel model = BertModel.Create(s_config, HeadSpec.Classifier(3), seed: 2);
        EncodedInput[] inputs = [.. Enumerable.Range(0, 203).Select(Input)];
        int batches = 0;
        long slots = 0;
        float[][] together = BatchedInference.Run(inputs, model, padId: 0, input =>
        {
            batches++;
            slots += input.InputIds.numel();
            return Outputs(model, input);
        });
        Assert.IsLessThan(10, batches, "rows share batches");
        Assert.IsLessThan(1.2, slots / (double)inputs.Sum(input => input.Length), "padding");
        for (int row = 0; row < inputs.Length; row++)
        {
            float[] alone = BatchedInference.Run([inputs[row]], model, padId: 0, input => Outputs(model, input))[0];
            for (int i = 0; i < 3; i++)
                Assert.AreEqual(alone[i], together[row][i], 1e-5, $"row {row}");
        }
    }

    [TestMethod]
    public void Run_NoInput_GivesNone()
    {
        using BertModel model = BertModel.Create(s_config, HeadSpec.Classifier(3), seed: 2);
        Assert.IsEmpty(BatchedInference.Run([], model, padId: 0, input => Outputs(model, input)));
    }

    private static Tensor Outputs(BertModel model, EncoderInput input) => model.Classify(model.Pool(model.Encode(input)));

    private static EncodedInput Input(int row)
    {
        int length = 4 + row * 29 % 57;
        return new EncodedInput([.. Enumerable.Range(0, length).Select(i => 1 + (i * row + 3) % 49)], row % 3 == 0 ? length / 2 : length);
    }
}
