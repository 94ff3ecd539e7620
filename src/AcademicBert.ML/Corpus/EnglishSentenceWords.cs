using System.Collections.Frozen;

namespace AcademicBert.Corpus;

/// <summary>What a word with a full stop behind it says about the end of a sentence.</summary>
internal enum AbbreviationKind
{
    /// <summary>Not an abbreviation.</summary>
    None,

    /// <summary>Something always follows: "Mr."</summary>
    NeverLast,

    /// <summary>May end a sentence: "etc."</summary>
    MayBeLast,
}

/// <summary>The English words the sentence rules know.</summary>
internal static class EnglishSentenceWords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_neverLast = Words("""
        Mr Mrs Ms Messrs Dr Drs Prof Gen Brig Col Maj Capt Lieut Lt Cmdr Comdr Adm Sgt Cpl Pvt Rev Revd Hon Sen Rep Reps Gov Pres Supt Insp
        Mme Mlle Mlles Mons Fr Mt Mts Ft vs cf viz ca approx eds trans nos vol vols pp fig figs ser e.g i.e eg ie Rt Atty Amb Dn Msgr Ven
        Mr's lit incl esp resp abbr pron pl sing orig
        """);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_mayBeLast = Words("""
        Jr Sr Jun Sen Inc Ltd Co Cos Corp Bros etc Ave Blvd Rd St Ste Dept Univ al Esq est Assn Mfg Jan Feb Mar Apr Aug Sept Sep Oct Nov Dec
        Mon Tue Tues Wed Thu Thurs Fri ed ch cit ibid pt Vol Fig Pl dist Dist Hwy Ph.D Ed.D B.Sc M.Sc M.Phil
        Conn Penn Calif Tex Fla Va Ala Ariz Colo Ill Ind Kan Ky Md Mich Minn Mo Neb Nev Okla Ore Tenn Vt Wash Wis Wyo Cal
        """);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_takesNumber = Words("""
        no nos No Nos p pp vol vols Vol Vols fig figs Fig Figs ch chs Ch c ca art Art sec Sec op Op pt v vv b d r n l f ff approx
        Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec cap ver rev ed St
        """);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_starters = Words("""
        The He She It They We You I In On At This That These Those There Then Thus Therefore Though Through A An And As After Although Among Another
        All Also Any Because Before Between Both But By Despite Do Does Did During Each Even Every Few First For Following From Further
        Had Has Have Her Here His How However If Instead Is Its It's Just Later Let Many Meanwhile Moreover Most Much My Nevertheless Next No None Nor
        Not Nothing Now Of Often One Only Or Other Others Our Out Over Perhaps Several Since So Some Soon Still Such Such Their To Today Too Two Under
        Unlike Until Upon Various Was Were What When Where Whether Which While Who Why Will With Within Without Would Yes Yet Your
        """);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_speechVerbs = Words("""
        said says asked asks cried cries replied replies answered exclaimed whispered murmured muttered returned continued inquired enquired
        observed remarked repeated shouted demanded interrupted rejoined added thought called screamed sobbed faltered echoed retorted laughed
        gasped growled ejaculated resumed responded pursued sighed begged suggested yelled roared
        """);

    /// <summary>What kind of abbreviation a word, without its last full stop, is.</summary>
    public static AbbreviationKind Classify(ReadOnlySpan<char> word)
    {
        if (s_neverLast.Contains(word))
            return AbbreviationKind.NeverLast;
        return s_mayBeLast.Contains(word) || IsDotted(word) ? AbbreviationKind.MayBeLast : AbbreviationKind.None;
    }

    /// <summary>Whether a number goes on after the word and a full stop: "No. 5", "p. 12", "c. 1900".</summary>
    public static bool TakesNumber(ReadOnlySpan<char> word) => s_takesNumber.Contains(word);

    /// <summary>Whether the text begins with a word that mostly begins a sentence and is no initial.</summary>
    public static bool IsStarter(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> word = FirstWord(text);
        return s_starters.Contains(word) && !text[word.Length..].StartsWith('.');
    }

    /// <summary>Whether the text begins with the pronoun I, which is written in upper case anywhere.</summary>
    public static bool StartsWithI(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> word = FirstWord(text);
        return word is "I" || (word.Length > 1 && word[0] == 'I' && word[1] is '\'' or '’');
    }

    /// <summary>Whether the text goes on with who said what stands before it: John said, I asked, Mr. Fogg cried.</summary>
    public static bool IsAttribution(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> subject = FirstWord(text);
        if (subject is not "I" && s_starters.Contains(subject))
            return false;
        for (int words = 0; words < 3; words++)
        {
            ReadOnlySpan<char> word = FirstWord(text);
            if (word.IsEmpty)
                return false;
            if (words > 0 && s_speechVerbs.Contains(word))
                return true;
            if (!char.IsUpper(word[0]))
                return false;
            text = text[word.Length..].TrimStart(". ");
        }

        return false;
    }

    /// <summary>1, 12, iv, XII: what stands before a full stop at the start of a list item or heading.</summary>
    public static bool IsListNumber(ReadOnlySpan<char> word) =>
        word.Length <= 3 && !word.ContainsAnyExceptInRange('0', '9') || (word.Length <= 6 && !word.ContainsAnyExcept("IVXLC")) || (word.Length <= 5 && !word.ContainsAnyExcept("ivxlc"));

    /// <summary>U.S, p.m, Ph.D: parts of at most two letters with full stops between.</summary>
    private static bool IsDotted(ReadOnlySpan<char> word)
    {
        if (!word.Contains('.'))
            return false;
        foreach (Range part in word.Split('.'))
        {
            if (word[part].Length > 2 || word[part].ContainsAnyInRange('0', '9'))
                return false;
        }

        return true;
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && (char.IsLetter(text[length]) || (length > 0 && text[length] is '\'' or '’')))
            length++;
        return text[..length];
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
