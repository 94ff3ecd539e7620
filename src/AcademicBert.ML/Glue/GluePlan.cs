namespace AcademicBert.Glue;

/// <summary>What is left to do for a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Trials">Trials of the grid.</param>
/// <param name="Done">Those that are done.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="Time">Expected time of the rest.</param>
/// <param name="TrialBytes">Memory a trial takes.</param>
public sealed record GlueTaskPlan(GlueTask Task, int Trials, int Done, int Rows, TimeSpan Time, long TrialBytes);

/// <summary>What a run over GLUE would take, from some measured steps of each task.</summary>
/// <param name="Tasks">The tasks, in their order.</param>
/// <param name="Parallel">Trials side by side.</param>
public sealed record GluePlan(IReadOnlyList<GlueTaskPlan> Tasks, int Parallel)
{
    /// <summary>Expected time of everything that is left.</summary>
    public TimeSpan Time => Tasks.Aggregate(TimeSpan.Zero, (sum, task) => sum + task.Time);

    /// <summary>What it costs.</summary>
    /// <param name="pricePerHour">Price of the machine for an hour, in any currency.</param>
    public decimal Cost(decimal pricePerHour) => (decimal)Time.TotalHours * pricePerHour;
}
