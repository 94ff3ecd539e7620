namespace AcademicBert.Native.Tests;

/// <summary>The standard normal distribution in double precision: what GELU is made of.</summary>
internal static class Normal
{
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>By the series of erf below 3 and its continued fraction above.</summary>
    public static double Distribution(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2);
        double erf;
        if (z < 3)
        {
            double term = z;
            erf = z;
            for (int n = 1; n < 80; n++)
            {
                term *= -z * z / n;
                erf += term / (2 * n + 1);
            }

            erf *= 2 / Math.Sqrt(Math.PI);
        }
        else
        {
            double fraction = 0;
            for (int n = 60; n > 0; n--)
                fraction = n / 2.0 / (z + fraction);
            erf = 1 - Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
        }

        return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
    }
}
