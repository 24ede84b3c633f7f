using Meshlift.Adapters.Processes;

namespace Meshlift.CommandLine.Output;

/// <summary>Columns as kubectl prints them: capital headings, two spaces between, nothing behind the last one.</summary>
/// <param name="headings">The headings; one that is empty heads a column of remarks.</param>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; it has as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Prints the table; nothing when it has no row.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="indent">What stands before each line.</param>
    public void Write(TextWriter output, string indent = "")
    {
        if (_rows.Count == 0) return;
        var widths = headings.Select((heading, column) => _rows.Max(row => row[column].Length) is var widest && widest > heading.Length ? widest : heading.Length).ToArray();
        // Names come from clusters and files; a control character in one must not reach a terminal.
        foreach (var row in _rows.Prepend(headings)) output.WriteLine(Redaction.WithoutControls(indent + string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd()));
    }
}
