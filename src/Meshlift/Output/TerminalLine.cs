namespace Meshlift.CommandLine.Output;

/// <summary>One line of a terminal that is written over again and again, and taken away in the end; nothing at all elsewhere, so that logs stay quiet.</summary>
/// <param name="terminal">Where the line is drawn.</param>
/// <param name="isTerminal">False to draw nothing.</param>
internal sealed class TerminalLine(TextWriter terminal, bool isTerminal) : IDisposable
{
    private const int MostColumns = 79;
    private readonly Lock _drawing = new();
    private string _shown = "";

    /// <summary>Shows a text in the place of the one before.</summary>
    public void Show(string text)
    {
        if (!isTerminal) return;
        if (text.Length > MostColumns) text = text[..MostColumns];
        lock (_drawing)
        {
            if (text == _shown) return;
            terminal.Write($"\r{text.PadRight(_shown.Length)}{(text.Length == 0 ? "\r" : "")}");
            terminal.Flush();
            _shown = text;
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose() => Show("");
}
