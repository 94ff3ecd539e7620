namespace AcademicBert.Tokenization;

/// <summary>How text is normalized before it is cut into WordPieces.</summary>
public sealed record BertTokenizationOptions
{
    /// <summary>Lower-case the text and strip accents, as for the uncased models. Default true.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Whether characters become their base letters without accents; null follows <see cref="LowerCase"/>. Default null.</summary>
    public bool? StripAccents { get; init; }

    internal bool StripsAccents => StripAccents ?? LowerCase;
}
