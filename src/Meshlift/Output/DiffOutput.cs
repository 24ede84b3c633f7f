namespace Meshlift.CommandLine.Output;

/// <summary>Prints a difference in the form that was asked for.</summary>
/// <param name="output">Where to.</param>
/// <param name="format"><c>text</c>, <c>json</c>, <c>markdown</c> or <c>html</c>.</param>
/// <param name="longest">The most characters of Markdown.</param>
/// <param name="mayPage">True when a text that is longer than the screen may be shown page by page.</param>
internal sealed class DiffOutput(TextWriter output, string format, int longest, bool mayPage)
{
    public void Write(DiffReport report)
    {
        switch (format)
        {
            case "json":
                output.WriteLine(DiffJson.Write(report));
                break;
            case "markdown":
                output.Write(DiffMarkdown.Write(report, longest));
                break;
            case "html":
                output.Write(DiffHtml.Write(report));
                break;
            default:
                Text(report);
                break;
        }
    }

    private void Text(DiffReport report)
    {
        // A writer that is not the console's own is a file or a test.
        var isTerminal = !Console.IsOutputRedirected && output is StreamWriter;
        // One write: a flush for every line of a long difference takes longer than to find it.
        using var text = new StringWriter { NewLine = "\n" };
        // A terminal that does not tell its size says 0.
        var width = isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : (int?)null;
        new DiffText(text, hasColour: isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")), width).Write(report);
        var written = text.ToString();
        var isLong = isTerminal && Console.WindowHeight > 0 && written.Count(character => character == '\n') >= Console.WindowHeight;
        if (!(isLong && mayPage && DiffPager.Show(DiffPager.Command(Environment.GetEnvironmentVariable), written))) output.Write(written);
    }
}
