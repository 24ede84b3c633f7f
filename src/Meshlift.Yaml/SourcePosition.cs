namespace Meshlift.Yaml;

/// <summary>A place in a text.</summary>
/// <param name="Offset">Characters from the start of the text that was parsed (one document, not its stream); 0-based.</param>
/// <param name="Line">Line in the whole stream, 1-based, as an editor shows it.</param>
/// <param name="Column">Column in that line, 1-based, counted in UTF-16 characters.</param>
public readonly record struct SourcePosition(int Offset, int Line, int Column)
{
    /// <summary><c>line:column</c>, as compilers print it.</summary>
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A piece of a text: from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">The place behind the last character.</param>
public readonly record struct SourceSpan(SourcePosition Start, SourcePosition End)
{
    /// <summary>The number of characters.</summary>
    public int Length => End.Offset - Start.Offset;
}
