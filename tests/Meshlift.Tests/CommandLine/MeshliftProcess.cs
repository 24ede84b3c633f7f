using System.Diagnostics;
using System.Globalization;
using Meshlift.Adapters.Processes;

namespace Meshlift.Tests.CommandLine;

/// <summary>The built program, in a process of its own: for signals, pipes and what the kernel does.</summary>
internal sealed class MeshliftProcess : IDisposable
{
    /// <summary>How long anything may take before a test gives up.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private MeshliftProcess(Process process) => (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    /// <summary>The program, as a file that <c>dotnet exec</c> runs.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "meshlift.dll");

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts the program in a folder.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables beyond those of this process.</param>
    /// <param name="through">A program, with arguments, that starts it: <c>strace</c>, <c>prlimit</c>.</param>
    public static MeshliftProcess Start(string folder, string[] arguments, (string Name, string Value)[]? variables = null, string[]? through = null)
    {
        // Whoever runs the tests in the background has interrupts ignored, and programs inherit that.
        string[] reset = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT,TERM"] : [];
        string[] line = [.. reset, .. through ?? [], "dotnet", "exec", Program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in variables ?? []) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new MeshliftProcess(process);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<Outcome> RunAsync(string folder, string[] arguments, (string Name, string Value)[]? variables = null, string[]? through = null)
    {
        using var process = Start(folder, arguments, variables, through);
        return await process.EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<Outcome> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Bound);
        return new Outcome(_process.ExitCode, await _output.WaitAsync(Bound), await _error.WaitAsync(Bound));
    }

    /// <summary>Sends a signal: <c>INT</c>, <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal) =>
        await new ExternalProgram("kill", "install procps", TimeProvider.System).RunAsync(new ProgramCall("/", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]), default);

    /// <summary>Kills it, with no chance to say goodbye.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
