using System.Globalization;
using Meshlift.Adapters.Releases;

namespace Meshlift.CommandLine.Output;

/// <summary>Shows on one line of a terminal how far a fetch is; nothing at all elsewhere, so that logs stay quiet.</summary>
/// <param name="terminal">Where the line is drawn.</param>
/// <param name="isTerminal">False to draw nothing.</param>
internal sealed class FetchLine(TextWriter terminal, bool isTerminal) : IProgress<FetchProgress>, IDisposable
{
    private readonly TerminalLine _line = new(terminal, isTerminal);

    /// <inheritdoc/>
    public void Report(FetchProgress value) => _line.Show(Text(value));

    /// <summary>Takes the line away.</summary>
    public void Dispose() => _line.Dispose();

    /// <summary>A sentence about how far it is.</summary>
    internal static string Text(FetchProgress progress) => progress.Stage switch
    {
        FetchStage.Waiting => $"waiting for another process that fetches {progress.File}",
        FetchStage.Unpacking => $"unpacking {progress.File}",
        _ when progress.Total is > 0 and var total => string.Create(CultureInfo.InvariantCulture, $"fetching {progress.File}  {Mebibytes(progress.Bytes)} of {Mebibytes(total)} MiB  {100 * progress.Bytes / total} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"fetching {progress.File}  {Mebibytes(progress.Bytes)} MiB"),
    };

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
