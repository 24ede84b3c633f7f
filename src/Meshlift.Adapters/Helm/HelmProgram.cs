using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;

namespace Meshlift.Adapters.Helm;

/// <summary>
/// One <c>helm</c>, version 3 or 4, used only to render charts that are already here. It sees no cluster and none of the user's own plugins, repositories,
/// registries and settings: what it prints depends on its version, the chart and the values alone.
/// </summary>
public sealed class HelmProgram
{
    private const string HowToGet = "install Helm 3.8 or newer, or Helm 4, so that 'helm' is on PATH";
    private readonly ExternalProgram _program;

    /// <summary>A program.</summary>
    /// <param name="name">A name to be found on PATH, or an absolute path.</param>
    /// <param name="time">The clock of time limits.</param>
    /// <param name="surroundings">The variables from which its environment is taken; null: those of this process.</param>
    public HelmProgram(string name, TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        Name = name;
        _program = new ExternalProgram(name, HowToGet, time, surroundings);
    }

    /// <summary>The name or path as given.</summary>
    public string Name { get; }

    /// <summary>Asks the program for its version, such as <c>v3.17.1</c>.</summary>
    /// <param name="home">An empty folder.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">It is missing, cannot be run, is no helm, or is too old.</exception>
    internal async Task<string> VersionAsync(string home, CancellationToken cancel)
    {
        var output = await RunAsync(home, ["version", "--template", "{{.Version}}"], null, cancel);
        if (output.ExitCode != 0) throw output.Failure(HowToGet);
        var text = output.OutputText.Trim();
        if (!NuGet.Versioning.SemanticVersion.TryParse(text.TrimStart('v'), out var version))
            throw new UserException(ErrorKind.Environment, $"'{Name} version' answered '{(text.Length > 100 ? text[..100] + "..." : text)}', which names no version", HowToGet);
        return version is { Major: 4 } or { Major: 3, Minor: >= 8 } ? text : throw new UserException(ErrorKind.Environment, $"'{Name}' is Helm {text}; Helm 3.8 to 4 renders Istio's charts", HowToGet);
    }

    /// <summary>Runs the program. Any exit code is an answer.</summary>
    /// <param name="home">The working folder, and the one that it keeps everything of its own in.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="shown">What messages show as the arguments; null: all of them.</param>
    /// <param name="cancel">Gives up.</param>
    internal Task<ProgramOutput> RunAsync(string home, ImmutableArray<string> arguments, ImmutableArray<string>? shown, CancellationToken cancel) =>
        _program.RunAsync(new ProgramCall(home, arguments) { Shown = shown, Variables = Variables(Path.Combine(home, "helm")) }, cancel);

    // Each on its own: those that helm derives from another one win where the user's environment has them, and Windows and macOS know no XDG folders.
    private static ImmutableDictionary<string, string> Variables(string home) => ImmutableDictionary<string, string>.Empty
        .Add("HOME", home).Add("USERPROFILE", home).Add("APPDATA", home)
        .Add("HELM_CACHE_HOME", Path.Combine(home, "cache")).Add("HELM_CONFIG_HOME", Path.Combine(home, "config")).Add("HELM_DATA_HOME", Path.Combine(home, "data"))
        .Add("HELM_PLUGINS", Path.Combine(home, "plugins"))
        .Add("HELM_REPOSITORY_CONFIG", Path.Combine(home, "repositories.yaml")).Add("HELM_REPOSITORY_CACHE", Path.Combine(home, "repositories"))
        .Add("HELM_REGISTRY_CONFIG", Path.Combine(home, "registry.json"))
        .Add("KUBECONFIG", Path.Combine(home, "kubeconfig"));
}
