using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Training;
using CsCheck;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class CheckpointPropertyTests
{
    private static readonly Gen<BertConfig> s_config =
        Gen.Select(Gen.Int[6, 40], Gen.Int[1, 3], Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[1, 20], Gen.Int[4, 12], Gen.Select(Gen.Enum<NormPlacement>(), Gen.Enum<NormKind>(), Gen.Bool, Gen.Bool))
            .Select((words, heads, headSize, layers, intermediate, positions, kind) => new BertConfig
            {
                VocabularySize = words,
                HiddenSize = heads * headSize,
                Heads = heads,
                Layers = layers,
                IntermediateSize = intermediate,
                MaxPositions = positions,
                NormPlacement = kind.Item1,
                Norm = kind.Item2,
                EmbeddingLayerNorm = kind.Item3,
                MlmOutputBias = kind.Item4,
            });

    private static readonly Gen<double> s_number = Gen.OneOf(Gen.Double, Gen.Double[-1e3, 1e3], Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(double.Epsilon), Gen.Const(double.MaxValue), Gen.Const(0.1));

    private static readonly Gen<TrainingState> s_state =
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], s_number, Gen.Int, s_number, Gen.Bool, Gen.Enum<StopReason>())
            .Select((steps, samples, number, count, other, some, reason) => new TrainingState
            {
                Position = new TrainingPosition(steps, samples, number),
                OptimizerSteps = steps,
                NonFiniteSteps = count,
                LossScale = some ? (float)other : null,
                LastValidation = some ? new ValidationScore(number, other, samples) : null,
                LastLoss = some ? null : other,
                BestLoss = some ? number : null,
                BestStep = samples,
                InterruptedAfter = some ? new TrainingPosition(samples, steps, other) : null,
                Ended = some ? reason : null,
            });

    [TestMethod]
    public void State_AnyNumbers_IsReadAsItWasWritten() =>
        s_state.Where(IsFinite).Sample(state => Checkpoint.State(Checkpoint.Text(state)).Equals(state), iter: 2000, threads: 1);

    [TestMethod]
    public void Load_AnyModelParametersAndMoments_AreTheBitsThatWereSaved() =>
        Gen.Select(s_config, s_state.Where(IsFinite), Gen.ULong, Gen.Float[1e-6f, 10]).Sample((config, state, seed, gradient) =>
        {
            string run = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
            try
            {
                using BertModel saved = BertModel.Create(config, HeadSpec.MaskedLanguageModel, seed), loaded = BertModel.Create(config, HeadSpec.MaskedLanguageModel, seed + 1);
                using AdamW optimizer = new(saved.Parameters, new AdamWOptions()), other = new(loaded.Parameters, new AdamWOptions());
                using (TorchSharp.torch.no_grad())
                    saved.Parameters.Gradients.fill_(gradient);
                optimizer.Step(1e-2);
                using (var store = new CheckpointStore(run, 1, Assert.Fail))
                    store.SaveLast(saved.Parameters, optimizer, state);
                using (var store = new CheckpointStore(run, 1, Assert.Fail))
                    Assert.AreEqual(state, store.Load(loaded.Parameters, other));
                foreach (ParameterSlot slot in saved.Parameters.Slots)
                    Assert.AreSequenceEqual(Bits(saved.Parameters.ToArray(slot)), Bits(loaded.Parameters.ToArray(slot)), message: slot.Name);
                Assert.AreSequenceEqual(Bits(optimizer.FirstMoments.data<float>().ToArray()), Bits(other.FirstMoments.data<float>().ToArray()));
                Assert.AreSequenceEqual(Bits(optimizer.SecondMoments.data<float>().ToArray()), Bits(other.SecondMoments.data<float>().ToArray()));
            }
            finally
            {
                Directory.Delete(run, recursive: true);
            }
        }, iter: 15, threads: 1);

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);

    // What is not finite never becomes a state: such steps are left out.
    private static bool IsFinite(TrainingState state) =>
        double.IsFinite(state.Position.Seconds) && double.IsFinite(state.LastLoss ?? 0) && float.IsFinite(state.LossScale ?? 0) && double.IsFinite(state.LastValidation?.Accuracy ?? 0) && double.IsFinite(state.LastValidation?.Loss ?? 0);
}
