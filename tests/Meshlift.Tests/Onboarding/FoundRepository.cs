using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.CommandLine;
using Meshlift.Yaml;

namespace Meshlift.Tests.Onboarding;

/// <summary>A repository as a team has it before it knows of Meshlift, in which the real command line runs.</summary>
internal sealed class FoundRepository : IDisposable
{
    private static readonly ExternalProgram Git = new("git", "install git", TimeProvider.System);
    private readonly TempFolder _temp = new();

    public string Root => _temp["platform"];

    /// <summary>A folder beside the repository.</summary>
    public TempFolder Beside => _temp;

    public string this[string path] => Path.Combine(Root, path);

    /// <summary>The resources of a sample release.</summary>
    public static ImmutableArray<Resource> Sample(string version, string revision) => ManifestStream.Split(Encoding.UTF8.GetBytes(SampleRelease.Render(version, revision)), version);

    /// <summary>A resource as a team might have it: JSON is YAML, and no canonical form.</summary>
    public static string Text(Resource resource) => Encoding.UTF8.GetString(resource.ToCanonicalYaml().Span);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
    }

    public string Read(string path) => File.ReadAllText(this[path]);

    /// <summary>Writes each resource into a file of its own, in a folder for its kind.</summary>
    public void WriteEach(IEnumerable<Resource> resources, Func<Resource, string> folder)
    {
        foreach (var resource in resources)
            Write($"{folder(resource)}/{resource.Identity.Kind.ToLowerInvariant()}/{resource.Identity.Namespace}{(resource.Identity.Namespace.Length > 0 ? "-" : "")}{resource.Identity.Name}.yaml", Text(resource));
    }

    public async Task TrackAsync()
    {
        if (!Directory.Exists(this[".git"])) await GitAsync("init", "-q", "-b", "main");
        await GitAsync("add", "--all");
        await GitAsync("commit", "-q", "--allow-empty", "-m", "As it is");
    }

    public async Task<string> GitAsync(params string[] arguments)
    {
        Directory.CreateDirectory(Root);
        ImmutableArray<string> settings = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"];
        var ran = await Git.RunAsync(new ProgramCall(Root, [.. settings, .. arguments]), default);
        Assert.True(ran.ExitCode == 0, $"git {string.Join(' ', arguments)}: {ran.ErrorText}");
        return ran.OutputText.TrimEnd('\n');
    }

    /// <summary>Runs the command line in this process.</summary>
    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error };
        string[] config = arguments.Contains("--config", StringComparer.Ordinal) ? [] : ["--config", this["meshlift.yaml"]];
        var code = await CommandTree.RunAsync([.. arguments, .. config], settings).WaitAsync(MeshliftProcess.Bound);
        return new Outcome(code, output.ToString(), error.ToString().Replace(Root, "ROOT", StringComparison.Ordinal));
    }

    /// <summary>Runs <c>init</c>, which must succeed.</summary>
    public async Task<string> InitAsync(params string[] arguments)
    {
        var outcome = await RunAsync(["init", .. arguments]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("", outcome.Error);
        return outcome.Output;
    }

    /// <summary>Runs <c>init</c> for a program.</summary>
    public async Task<JsonElement> InitJsonAsync(params string[] arguments)
    {
        var output = await InitAsync([.. arguments, "--output", "json"]);
        return PublishedSchema.AssertFits("init", output);
    }

    /// <summary>Does what <c>init</c> said is next: removes what it replaces, and renders.</summary>
    public async Task FollowAsync(JsonElement init)
    {
        var replaced = init.GetProperty("replaced").EnumerateArray().Select(path => path.GetString()!).ToArray();
        if (replaced.Length > 0) await GitAsync(["rm", "-r", "-q", "--", .. replaced]);
        foreach (var render in init.GetProperty("renders").EnumerateArray())
        {
            var outcome = await RunAsync(["render", .. render.GetString()!.Split(' ')]);
            Assert.True(outcome.Code == 0, $"{render}: {outcome.Error}{outcome.Output}");
        }
    }

    /// <summary>Asserts that what an engine would apply from a cluster's folder is what stood there, but for what <c>init</c> announced.</summary>
    /// <param name="init">What it said.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="folder">The folder of its Istio.</param>
    /// <param name="before">What the engine applied before.</param>
    public void AssertAnnounced(JsonElement init, string cluster, string folder, IEnumerable<Resource> before)
    {
        var told = init.GetProperty("resources").EnumerateArray().Where(one => one.GetProperty("cluster").GetString() == cluster).ToDictionary(one => Identity(one.GetProperty("resource")), one => one.GetProperty("difference").GetString());
        var after = Applied(folder).ToDictionary(resource => resource.Identity);
        var old = before.ToDictionary(resource => resource.Identity);
        var seen = old.Keys.Union(after.Keys).ToDictionary(identity => identity, identity =>
            !after.TryGetValue(identity, out var now) ? "kept" : !old.TryGetValue(identity, out var was) ? "added" : YamlEquality.Instance.Equals(was.Root, now.Root) ? "same" : "changed");
        Assert.Equal(seen.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"), told.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"));
    }

    /// <summary>The objects of Meshlift's files in a cluster's folder that are applied.</summary>
    public IEnumerable<Resource> Applied(string folder) => Directory.EnumerateFiles(this[folder], "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(file => Path.GetRelativePath(this[folder], file).Replace('\\', '/') is var path && (path.Contains("/generated/", StringComparison.Ordinal) || path.StartsWith("common/", StringComparison.Ordinal) || path.StartsWith("active/", StringComparison.Ordinal))
            && Path.GetFileName(path) is not ("kustomization.yaml" or "Chart.yaml") && !path.Contains("/templates/", StringComparison.Ordinal))
        .SelectMany(file => ManifestStream.Split(File.ReadAllBytes(file), file));

    /// <summary>Every file with its content, without Git's.</summary>
    public Dictionary<string, string> Snapshot() => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file))
        .Where(path => !path.StartsWith(".git/", StringComparison.Ordinal)).ToDictionary(path => path, path => File.ReadAllText(this[path]), StringComparer.Ordinal);

    public void Dispose() => _temp.Dispose();

    private static ResourceIdentity Identity(JsonElement resource) => new(
        resource.GetProperty("group").GetString()!, resource.GetProperty("kind").GetString()!, resource.TryGetProperty("namespace", out var @namespace) ? @namespace.GetString()! : "", resource.GetProperty("name").GetString()!);
}
