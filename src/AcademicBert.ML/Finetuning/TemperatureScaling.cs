using System.Numerics.Tensors;

namespace AcademicBert.Finetuning;

/// <summary>
/// Calibration by one number (Guo et al. 2017): logits are multiplied by the factor that makes held-out labels most likely. Labels are
/// smoothed as Platt does, so that there is a best factor also where every row is classified right.
/// </summary>
internal static class TemperatureScaling
{
    private const double Smallest = 1e-2, Largest = 1e2;
    private const int Halvings = 60;

    /// <summary>The factor, one over the temperature.</summary>
    /// <param name="logits">Logits of held-out rows.</param>
    /// <param name="targets">Their classes.</param>
    public static double Factor(IReadOnlyList<float[]> logits, IReadOnlyList<float> targets)
    {
        int[] counts = new int[logits[0].Length];
        foreach (float target in targets)
            counts[(int)target]++;
        // The log-likelihood is concave in the factor, so that its slope has one zero.
        double low = Math.Log(Smallest), high = Math.Log(Largest);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Slope(Math.Exp(middle)) < 0)
                low = middle;
            else
                high = middle;
        }

        return Math.Exp((low + high) / 2);

        // d/df of the negative log-likelihood: the logit expected by the model less that expected by the smoothed label.
        double Slope(double factor)
        {
            double slope = 0;
            var probabilities = new float[counts.Length];
            for (int row = 0; row < logits.Count; row++)
            {
                TensorPrimitives.Multiply(logits[row], (float)factor, probabilities);
                TensorPrimitives.SoftMax(probabilities, probabilities);
                int target = (int)targets[row];
                double others = 1.0 / (counts[target] + counts.Length);
                slope += TensorPrimitives.Dot<float>(probabilities, logits[row]) - others * (TensorPrimitives.Sum<float>(logits[row]) + counts[target] * logits[row][target]);
            }

            return slope;
        }
    }
}
