using System.Diagnostics;
using System.Globalization;

namespace Meshlift.Benchmarks;

/// <summary>A program that is timed as a whole process.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Program">The file; null when it is not on this machine, and then it is left out.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Folder">Where it runs.</param>
/// <param name="Before">What is done before each run, outside of the time.</param>
internal sealed record TimedProgram(string Name, string? Program, string[] Arguments, string Folder, Action Before)
{
    /// <summary>The exit code that says that something was found.</summary>
    public int IsFound { get; init; }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="output">Where its output goes; null to throw it away, so that no disk and no terminal is measured.</param>
    /// <returns>Wall time, and the most memory that it held in bytes (Linux; else 0).</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0 and <see cref="IsFound"/>.</exception>
    public async Task<(TimeSpan Wall, long Memory)> RunAsync(Stream? output = null)
    {
        var start = new ProcessStartInfo(Program!) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in Arguments) start.ArgumentList.Add(argument);
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        using var stop = new CancellationTokenSource();
        var memory = WatchAsync(process.Id, stop.Token);
        await process.StandardOutput.BaseStream.CopyToAsync(output ?? Stream.Null);
        await process.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(clock);
        await stop.CancelAsync();
        if (process.ExitCode != 0 && process.ExitCode != IsFound) throw new InvalidOperationException($"{Name} ended with {process.ExitCode}: {await error}");
        return (wall, await memory);
    }

    /// <summary>The first program of a name on the PATH; null when there is none.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The value in the middle.</summary>
    public static T Median<T>(IEnumerable<T> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : default!;

    // The kernel keeps the high-water mark, so that looking seldom misses only what is taken in the last moment.
    private static async Task<long> WatchAsync(int process, CancellationToken stop)
    {
        var most = 0L;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var line = (await File.ReadAllLinesAsync($"/proc/{process}/status", CancellationToken.None)).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null) most = Math.Max(most, long.Parse(line.AsSpan(6).Trim("\t kB"), CultureInfo.InvariantCulture) << 10);
                await Task.Delay(20, stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                break;
            }
        }
        return most;
    }
}
