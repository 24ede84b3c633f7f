using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Fleet;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>What runs in a fleet, drawn in place on a terminal, on a screen of its own; the last picture stays when it is left.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="size">Its columns and lines.</param>
/// <param name="remarks">What is known of versions.</param>
/// <param name="depth">How deep it goes.</param>
internal sealed class StatusScreen(TextWriter terminal, Func<(int Columns, int Lines)> size, VersionRemarks remarks, StatusDepth depth) : IStatusWatch
{
    // xterm's control sequences, which every terminal of today knows.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private bool _hasBegun;
    private string _picture = "";

    /// <inheritdoc/>
    public void Tell(ImmutableArray<ObservedCluster> fleet, int index, ObservedCluster before, DateTimeOffset time)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new StatusOutput(text, remarks).Write(fleet, depth);
        _picture = text.ToString();
        // One write, over what is there: nothing is wiped before its successor stands, so that nothing flickers.
        terminal.Write((_hasBegun ? "" : Enter) + Frame($"last change {StatusOutput.Time(time)}; Ctrl-C ends", _picture.TrimEnd('\n').Split('\n'), size()));
        terminal.Flush();
        _hasBegun = true;
    }

    /// <inheritdoc/>
    public void End()
    {
        if (!_hasBegun) return;
        terminal.Write(Leave + _picture);
        terminal.Flush();
    }

    private static string Frame(string head, string[] lines, (int Columns, int Lines) size)
    {
        var room = Math.Max(1, size.Lines - 2);
        var shown = lines.Length <= room ? lines : [.. lines.Take(room - 1), string.Create(CultureInfo.InvariantCulture, $"... {lines.Length - room + 1} more lines: choose with -n, --revision or --stale")];
        var frame = new StringBuilder(Home);
        foreach (var line in shown.Prepend(head)) frame.Append(line.Length > size.Columns ? line.AsSpan(0, size.Columns) : line).Append(ClearLine).Append("\r\n");
        return frame.Append(ClearBelow).ToString();
    }
}
