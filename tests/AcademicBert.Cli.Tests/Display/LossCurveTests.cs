using AcademicBert.Cli.Display;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class LossCurveTests
{
    [TestMethod]
    public void Rows_FallingLoss_FallFromTheTopToTheBottomAndNameBoth()
    {
        var curve = new LossCurve(width: 4, height: 2);
        foreach ((double fraction, double loss) in ((double, double)[])[(0, 9), (0.1, 7), (0.3, 4), (0.6, 3.2), (0.99, 2)])
            curve.Add(fraction, loss);
        IReadOnlyList<string> rows = curve.Rows();
        Assert.AreSequenceEqual(["  8.00 │█   ", "  2.00 │█▆▄▁"], rows);
    }

    [TestMethod]
    public void Rows_RunThatBeganInTheMiddleAndALossThatIsNone_LeaveTheirPlaceEmpty()
    {
        var curve = new LossCurve(width: 4, height: 1);
        curve.Add(0.5, 3);
        curve.Add(0.8, double.NaN);
        Assert.AreSequenceEqual(["  3.00 │  ▁ "], curve.Rows());
        Assert.IsEmpty(new LossCurve(4, 1).Rows());
    }

    [TestMethod]
    public void Train_Terminal_ShowsTheCurveAndKeepsValidationsAsLines()
    {
        var output = new StringWriter();
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        int result = new TrainingDisplay(terminal).Train(progress =>
        {
            progress.Report(Step(0.5, 4.5));
            progress.Report(Step(0.5, 4.5) with { IsValidation = true, Validation = new ValidationScore(4.25, 0.3, 100) });
            progress.Report(Step(1, 2.5));
            return 7;
        });
        Assert.AreEqual(7, result);
        string shown = output.ToString();
        Assert.Contains("  4.50 │", shown);
        Assert.Contains("  2.50 │", shown);
        Assert.Contains("held-out loss 4.2500", shown);
        Assert.Contains("100 %", shown);
    }

    private static TrainingProgress Step(double fraction, double loss) => new()
    {
        Position = new TrainingPosition(10, 160, 1), Fraction = fraction, Loss = loss, LearningRate = 1e-3, GradientNorm = 1, SamplesPerSecond = 100, TimeLeft = TimeSpan.FromMinutes(1),
    };
}
