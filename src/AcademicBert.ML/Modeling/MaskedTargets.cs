using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>What masked-language modelling predicts of a batch.</summary>
/// <param name="Positions_N">row * S + column of each masked token, int64.</param>
/// <param name="Ids_N">The original ids there, int64.</param>
/// <param name="RandomNext_B">1 where the second part of a pair is of another document, int64; null for single sequences.</param>
/// <param name="PairWeight">What the loss of a pair is multiplied by.</param>
internal readonly record struct MaskedTargets(Tensor Positions_N, Tensor Ids_N, Tensor? RandomNext_B = null, double PairWeight = 0);
