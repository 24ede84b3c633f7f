using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>One thing that is wrong with the file.</summary>
/// <param name="Position">Where.</param>
/// <param name="Message">What, and what to do about it.</param>
internal readonly record struct Problem(SourcePosition Position, string Message);

/// <summary>The reading of one file: collects everything that is wrong, so that a person learns it all at once.</summary>
/// <param name="source">The text that the nodes were read from.</param>
internal sealed class Reading(string source)
{
    private readonly List<Problem> _problems = [];

    /// <summary>How many problems there are so far; unchanged over a piece of the file means that the piece is good.</summary>
    public int Count => _problems.Count;

    /// <summary>All problems in the order of the file.</summary>
    public IEnumerable<Problem> InOrder => _problems.OrderBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column);

    /// <summary>Notes that a value is wrong.</summary>
    /// <exception cref="InvalidOperationException">The value was not read from the file: a default of the program's own is wrong.</exception>
    public void Report(YamlNode node, string message) =>
        Report(node.Span?.Start ?? throw new InvalidOperationException($"a default value is wrong: {message}"), message);

    /// <summary>Notes that something is wrong.</summary>
    public void Report(SourcePosition position, string message) => _problems.Add(new Problem(position, message));

    /// <summary>A plain value as the user wrote it: <c>1.30</c>, where the node holds the number 1.3.</summary>
    public string AsWritten(YamlScalar scalar) => scalar is { Span: { } span, Style: ScalarStyle.Plain, IsAlias: false } && span.Length > 0
        ? source[span.Start.Offset..span.End.Offset]
        : scalar.Value;

    /// <summary>A key as the user wrote it, without quotes: <c>no</c>, which the node holds as <c>false</c>.</summary>
    public string AsWritten(YamlEntry entry) => entry.KeySpan is { } span ? source[span.Start.Offset..span.End.Offset].Trim('"', '\'') : entry.Key;
}
