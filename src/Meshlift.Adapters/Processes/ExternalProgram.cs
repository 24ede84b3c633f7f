using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Meshlift.Core;

namespace Meshlift.Adapters.Processes;

/// <summary>A program of the system, started with an argument list, a clean environment and bounds on its time and output.</summary>
public sealed class ExternalProgram
{
    // How long a process may take to die, and its pipes to run dry when something it left in the background still holds them.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly string _howToGet;
    private readonly TimeProvider _time;
    private readonly IReadOnlyDictionary<string, string> _surroundings;

    /// <summary>A program; it is looked for when it is first run.</summary>
    /// <param name="name">A name to be found on PATH, or an absolute path.</param>
    /// <param name="howToGet">The remedy where it is missing, such as <c>install git 2.30 or newer</c>.</param>
    /// <param name="time">The clock of the time limits.</param>
    /// <param name="surroundings">The variables from which the program's environment is taken; null: those of this process.</param>
    public ExternalProgram(string name, string howToGet, TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        _name = name;
        _howToGet = howToGet;
        _time = time;
        _surroundings = surroundings ?? CleanEnvironment.OfThisProcess();
    }

    /// <summary>Runs the program to its end. Any exit code is an answer.</summary>
    /// <exception cref="UserException">The program is missing, cannot be started, takes too long or writes too much.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the program and what it started are killed.</exception>
    public async Task<ProgramOutput> RunAsync(ProgramCall call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = Start(call);
        using var limit = new CancellationTokenSource(call.TimeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        await using var output = new BoundedPipe(process.StandardOutput.BaseStream, call.LargestOutput, stop);
        await using var error = new BoundedPipe(process.StandardError.BaseStream, call.LargestErrorOutput, stop);
        var pipes = Task.WhenAll(output.Drained, error.Drained, FeedAsync(process, call.Input, stop.Token));
        try
        {
            await process.WaitForExitAsync(stop.Token);
            await Task.WhenAny(pipes, Task.Delay(Grace, _time, stop.Token));
            stop.Token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process);
            cancel.ThrowIfCancellationRequested();
            if (output.Overflowed) throw TooMuch(call, "output", call.LargestOutput);
            if (error.Overflowed) throw TooMuch(call, "error output", call.LargestErrorOutput);
            throw new UserException(
                ErrorKind.Environment,
                string.Create(CultureInfo.InvariantCulture, $"'{Describe(call)}' did not end within {call.TimeLimit.TotalSeconds} s and was stopped"),
                $"run it by hand in {call.Folder} to see what it waits for");
        }
        return new ProgramOutput(Describe(call), process.ExitCode, output.Received, error.Received);
    }

    private UserException TooMuch(ProgramCall call, string what, int most) => new(
        ErrorKind.Environment,
        string.Create(CultureInfo.InvariantCulture, $"'{Describe(call)}' wrote more than {most} bytes of {what} and was stopped"),
        $"run it by hand in {call.Folder} to see what it writes");

    private string Describe(ProgramCall call)
    {
        var arguments = (call.Shown ?? call.Arguments).Select(argument => argument.Length == 0 || argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument);
        return Redaction.Hide(string.Join(' ', arguments.Prepend(Path.GetFileName(_name))));
    }

    private Process Start(ProgramCall call)
    {
        var environment = CleanEnvironment.From(_surroundings, call.Variables);
        var path = Find(environment.GetValueOrDefault("PATH", ""))
            ?? throw new UserException(ErrorKind.Environment, $"the program '{_name}' is not on PATH", _howToGet);
        if (!Directory.Exists(call.Folder))
            throw new UserException(ErrorKind.Environment, $"the folder {call.Folder}, in which '{_name}' is to run, is not there", "run the command again");
        var start = new ProcessStartInfo(path, call.Arguments)
        {
            WorkingDirectory = call.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UserException(ErrorKind.Environment, $"{path} cannot be started: {e.Message}", _howToGet, e);
        }
    }

    // Not left to Process.Start, which looks in the current directory first: a repository could bring a "git" of its own.
    private string? Find(string pathVariable)
    {
        string[] names = OperatingSystem.IsWindows() && !Path.HasExtension(_name) ? [_name + ".exe", _name + ".cmd"] : [_name];
        if (Path.IsPathRooted(_name)) return names.FirstOrDefault(File.Exists);
        return pathVariable.Split(Path.PathSeparator)
            .Where(Path.IsPathRooted)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != UnixFileMode.None);
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken stop)
    {
        try
        {
            await using var pipe = process.StandardInput.BaseStream;
            if (!input.IsEmpty) await pipe.WriteAsync(input, stop);
        }
        catch (IOException)
        {
            // The program ended, or closed its input, before it read all: its exit code tells whether that was well.
        }
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It, or one of what it started, ended in the meantime.
        }
        using var limit = new CancellationTokenSource(Grace);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The system holds it, for example on a file server that is gone; nothing more can be done from here.
        }
    }
}
