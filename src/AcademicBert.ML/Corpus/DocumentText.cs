using System.Buffers;
using System.Text.Unicode;

namespace AcademicBert.Corpus;

/// <summary>The text of a document as it is put together from lines of bytes.</summary>
internal sealed class DocumentText(bool replaceInvalidBytes)
{
    private const int LongestText = 1 << 29;

    private char[] _text = new char[1 << 14];

    public int Length { get; private set; }

    /// <summary>The characters appended since <paramref name="start"/>.</summary>
    public Span<char> Since(int start) => _text.AsSpan(start, Length - start);

    /// <summary>Decodes a line and appends it.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8; names the file and the offset of the first wrong byte.</exception>
    public void Append(ReadOnlySpan<byte> utf8, Utf8LineReader at)
    {
        Reserve(utf8.Length, at);
        OperationStatus status = Utf8.ToUtf16(utf8, _text.AsSpan(Length), out int read, out int written, replaceInvalidBytes, isFinalBlock: true);
        if (status != OperationStatus.Done)
            throw new InvalidDataException(
                $"{at.Path}, line {at.LineNumber}: byte 0x{utf8[read]:X2} at offset {at.LineOffset + read} is not UTF-8. Convert the file, or set {nameof(TextFileOptions)}.{nameof(TextFileOptions.ReplaceInvalidBytes)}.");
        Length += written;
    }

    public void Append(ReadOnlySpan<char> text, Utf8LineReader at)
    {
        Reserve(text.Length, at);
        text.CopyTo(_text.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(char character, Utf8LineReader at) => Append([character], at);

    /// <summary>Takes back what was appended since <paramref name="start"/>.</summary>
    public void CutAt(int start) => Length = start;

    /// <summary>Gives the text, without line breaks at its end, and starts the next.</summary>
    public string Take()
    {
        string text = _text.AsSpan(0, Length).TrimEnd('\n').ToString();
        Length = 0;
        return text;
    }

    private void Reserve(int count, Utf8LineReader at)
    {
        if (count <= _text.Length - Length)
            return;
        long needed = (long)Length + count;
        if (needed > LongestText)
            throw new InvalidDataException($"{at.Path}, line {at.LineNumber}: the document is longer than {LongestText} characters. Choose a layout that divides the file, such as {nameof(TextLayout.BlankLineSeparated)}.");
        Array.Resize(ref _text, (int)Math.Min(LongestText, Math.Max(needed, 2L * _text.Length)));
    }
}
