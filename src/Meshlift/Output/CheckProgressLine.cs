using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Engine.Checks;

namespace Meshlift.CommandLine.Output;

/// <summary>Shows on one line of a terminal how far a check is, once it has taken a second.</summary>
internal sealed class CheckProgressLine : IProgress<CheckProgress>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly TerminalLine _line;
    private readonly TimeProvider _time;
    private readonly long _start;

    /// <param name="terminal">Where the line is drawn.</param>
    /// <param name="isTerminal">False to draw nothing.</param>
    /// <param name="time">Tells when the second is over.</param>
    public CheckProgressLine(TextWriter terminal, bool isTerminal, TimeProvider time)
    {
        _line = new TerminalLine(terminal, isTerminal);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(CheckProgress value)
    {
        if (_time.GetElapsedTime(_start) < Patience || value.Total == 0) return;
        var percent = Math.Min(100, 100 * value.Bytes / value.Total);
        _line.Show(string.Create(CultureInfo.InvariantCulture, $"checking  {percent} %  {Counted.Of(value.Resources, "resource")}  {Counted.Of(value.Findings, "finding")}"));
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose() => _line.Dispose();
}
