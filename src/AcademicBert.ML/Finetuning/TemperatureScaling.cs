using System.Numerics.Tensors;

namespace AcademicBert.Finetuning;

/// <summary>
/// Calibration by one number (Guo et al. 2017): logits are multiplied by the factor that makes held-out labels most likely. Labels are
/// smoothed as Platt does, so that there is a best factor also where every row is classified right. Rows that leave the factor open give none.
/// </summary>
internal static class TemperatureScaling
{
    private const double Smallest = 1e-2, Largest = 1e2;
    private const int Halvings = 60;

    // Of the factor's logarithm: between half of it and twice of it anything may be.
    private static readonly double s_largestError = Math.Log(2);

    /// <summary>
    /// The factor, one over the temperature; null where the rows do not determine it: none from 0.01 to 100 fits best, or the standard error of its logarithm,
    /// from the curvature of the log-likelihood, is above ln 2.
    /// </summary>
    /// <param name="logits">Logits of held-out rows.</param>
    /// <param name="targets">Their classes.</param>
    public static double? Factor(IReadOnlyList<float[]> logits, IReadOnlyList<float> targets)
    {
        int[] counts = new int[logits[0].Length];
        foreach (float target in targets)
            counts[(int)target]++;
        // The log-likelihood is concave in the factor, so that its slope has one zero.
        double first = Math.Log(Smallest), last = Math.Log(Largest), low = first, high = last;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Slope(Math.Exp(middle)) < 0)
                low = middle;
            else
                high = middle;
        }

        double found = Math.Exp((low + high) / 2);
        return low > first && high < last && 1 / (found * Math.Sqrt(Curvature(found))) <= s_largestError ? found : null;

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

        // d²/df²: the variance of the logits under the model.
        double Curvature(double factor)
        {
            double curvature = 0;
            var probabilities = new float[counts.Length];
            foreach (float[] row in logits)
            {
                TensorPrimitives.Multiply(row, (float)factor, probabilities);
                TensorPrimitives.SoftMax(probabilities, probabilities);
                double mean = TensorPrimitives.Dot<float>(probabilities, row);
                for (int i = 0; i < row.Length; i++)
                    curvature += probabilities[i] * (row[i] - mean) * (row[i] - mean);
            }

            return curvature;
        }
    }
}
