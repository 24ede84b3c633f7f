using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Istioctl;

/// <summary>One <c>istioctl</c>. It sees no cluster and none of the user's own settings: what it prints depends on its version and its input alone.</summary>
public sealed class IstioctlProgram
{
    private const string HowToGet = "install istioctl, or let Meshlift fetch it from spec.istio.releases";

    // ETXTBSY, the same on all Unix systems.
    private const int TextFileBusy = 26;
    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ExternalProgram _program;
    private readonly TimeProvider _time;

    /// <summary>A program.</summary>
    /// <param name="name">A name to be found on PATH, or an absolute path.</param>
    /// <param name="time">The clock of time limits.</param>
    /// <param name="surroundings">The variables from which its environment is taken; null: those of this process.</param>
    public IstioctlProgram(string name, TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        Name = name;
        _time = time;
        _program = new ExternalProgram(name, HowToGet, time, surroundings);
    }

    /// <summary>The name or path as given.</summary>
    public string Name { get; }

    /// <summary>Asks the program for its version, without asking any cluster.</summary>
    /// <exception cref="UserException">It is missing, cannot be run, or does not answer as istioctl does.</exception>
    public async Task<IstioVersion> VersionAsync(CancellationToken cancel)
    {
        var home = Directory.CreateTempSubdirectory("meshlift-istioctl-");
        try
        {
            var output = await RunAsync(home.FullName, home.FullName, ["version", "--remote=false", "-o", "json"], cancel);
            if (output.ExitCode != 0) throw output.Failure(HowToGet);
            return VersionIn(output) ?? throw new UserException(ErrorKind.Environment, $"'{Name} version' answered '{Beginning(output.OutputText)}', which names no version", HowToGet);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>Runs the program. Any exit code is an answer.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="home">The folder that it takes for the user's home: an empty one, since in a real one stand <c>.istioctl/config.yaml</c> and <c>.kube/config</c>.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<ProgramOutput> RunAsync(string folder, string home, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var call = new ProgramCall(folder, arguments) { Variables = ImmutableDictionary<string, string>.Empty.Add("HOME", home).Add("USERPROFILE", home) };
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await _program.RunAsync(call, cancel);
            }
            catch (UserException e) when (e.InnerException is Win32Exception { NativeErrorCode: TextFileBusy } && !OperatingSystem.IsWindows() && tries < MostTries)
            {
                // A program that was just unpacked may for a moment stay open in a process that was started while it was being written.
                await Task.Delay(Pause, _time, cancel);
            }
        }
    }

    private static IstioVersion? VersionIn(ProgramOutput output)
    {
        try
        {
            using var json = JsonDocument.Parse(output.Output);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("clientVersion", out var client) && client.ValueKind == JsonValueKind.Object
                && client.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.String
                && IstioVersion.TryParse(version.GetString(), out var parsed) ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Beginning(string text) => text.Trim() is { Length: > 200 } trimmed ? trimmed[..200] + "..." : text.Trim();
}
