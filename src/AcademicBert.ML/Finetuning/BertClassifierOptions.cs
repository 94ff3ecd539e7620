namespace AcademicBert.Finetuning;

/// <summary>What the options of the classifying trainers have in common.</summary>
public abstract record BertClassifierOptions : BertTrainerOptions
{
    private protected BertClassifierOptions()
    {
    }

    /// <summary>Column of the most probable class that is added. Default "PredictedLabel".</summary>
    public string PredictionColumnName { get; init; } = "PredictedLabel";

    /// <summary>Weight of classes in the loss, by name ("True" and "False" where the label is a Boolean); those not named have 1. Null: 1 for all. Default null.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Whether classes are weighted by the inverse of their share of the training rows, so that each counts alike. Default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// Whether the probabilities are calibrated on <see cref="BertTrainerOptions.ValidationSet"/> by one temperature (Guo et al. 2017), which
    /// does not change which class is the most probable. Default true; without a validation set they stay as trained.
    /// </summary>
    public bool Calibrate { get; init; } = true;

    private protected override IEnumerable<(string Option, string Column)> Added => [.. base.Added, (nameof(PredictionColumnName), PredictionColumnName)];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (ClassWeights is null)
            return;
        if (BalanceClasses)
            throw Wrong(nameof(ClassWeights), "given", $"{nameof(BalanceClasses)} sets the weights already");
        foreach ((string name, double weight) in ClassWeights)
            if (!double.IsFinite(weight) || weight <= 0)
                throw Wrong(nameof(ClassWeights), $"{weight} for the class '{name}'", "it must be positive");
    }
}
