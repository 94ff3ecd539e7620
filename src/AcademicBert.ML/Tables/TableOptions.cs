using System.ComponentModel;
using AcademicBert.Training;

namespace AcademicBert.Tables;

/// <summary>How rows lie in a file.</summary>
public enum TableFormat
{
    /// <summary>By the file's name: <c>.csv</c> is <see cref="Csv"/>, <c>.tsv</c> is <see cref="Tsv"/>, each also with <c>.gz</c> at its end; others, and standard input, are <see cref="Lines"/>.</summary>
    Auto,

    /// <summary>Tabs between fields, a line for each row, the first names the columns. Quotes mean nothing.</summary>
    Tsv,

    /// <summary>Commas between fields, which may stand in quotes and then hold commas, line ends and doubled quotes (RFC 4180); the first row names the columns.</summary>
    Csv,

    /// <summary>A text for each line, without a header.</summary>
    Lines,
}

/// <summary>Where texts are in a file.</summary>
public abstract record TableOptions
{
    private protected TableOptions()
    {
    }

    /// <summary>How rows lie in the file. Default: as its name says.</summary>
    [Category("Table")]
    public TableFormat Format { get; init; }

    /// <summary>What stands between fields instead of the format's tab or comma, such as ';'. Default null: the format's.</summary>
    [Category("Table")]
    public char? Separator { get; init; }

    /// <summary>Column of the text, or of the first of a pair. Default "text".</summary>
    public string Text { get; init; } = "text";

    /// <summary>Column of the second text of a pair; null: there is none. Default null.</summary>
    public string? SecondText { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        OptionValues.Check(this);
        Require(Separator is null or not ('"' or '\n' or '\r'), nameof(Separator), "is a quote or a line end; use ',', ';' or a tab");
        Require(!string.IsNullOrEmpty(Text), nameof(Text), "is empty; name a column");
        Require(SecondText is null || (SecondText.Length > 0 && SecondText != Text), nameof(SecondText), $"is '{SecondText}'; it must be another column than {nameof(TableOptions)}.{nameof(Text)}, or left out");
    }

    private protected void Require(bool holds, string option, string problem)
    {
        if (!holds)
            throw new ArgumentException($"{GetType().Name}.{option} {problem}.", option);
    }
}
