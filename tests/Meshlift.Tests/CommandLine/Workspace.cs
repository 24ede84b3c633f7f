using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine;

namespace Meshlift.Tests.CommandLine;

/// <summary>What a run of the program left.</summary>
internal sealed record Outcome(int Code, string Output, string Error);

/// <summary>A Git checkout with a <c>meshlift.yaml</c> and small streams of two versions, in which the real command line runs.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly ExternalProgram Git = new("git", "install git", TimeProvider.System);
    private readonly TempFolder? _temp;

    private Workspace(string root, TempFolder? temp) => (Root, _temp) = (root, temp);

    /// <summary>The checkout.</summary>
    public string Root { get; }

    /// <summary>The configuration.</summary>
    public string Config => this["meshlift.yaml"];

    public string this[string path] => Path.Combine(Root, path);

    /// <summary>Makes a workspace and commits it.</summary>
    /// <param name="manifests">The value of spec.istio.manifests.</param>
    /// <param name="istio">More lines of spec.istio.</param>
    /// <param name="at">Where; by default in a temporary folder.</param>
    public static async Task<Workspace> CreateAsync(string manifests = "vendor/${version}/all.yaml", string istio = "", string? at = null)
    {
        var temp = at is null ? new TempFolder() : null;
        var workspace = new Workspace(at ?? temp!["platform"], temp);
        workspace.Write("meshlift.yaml", Mesh(manifests, istio));
        workspace.Write("vendor/1.29.6/all.yaml", Stream("1.29.6"));
        workspace.Write("vendor/1.30.3/all.yaml", Stream("1.30.3"));
        await workspace.GitAsync("init", "-q", "-b", "main");
        await workspace.CommitAllAsync("Begin");
        return workspace;
    }

    /// <summary>A checkout that is there already; it is not deleted.</summary>
    public static Workspace At(string root) => new(root, null);

    /// <summary>A configuration with one cluster for testing and two for production.</summary>
    public static string Mesh(string manifests = "vendor/${version}/all.yaml", string istio = "") => $$"""
        apiVersion: meshlift.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec:
          istio:
            versions: "1.30.*"
            renderer: manifests
            manifests: {{manifests}}
        {{istio}}
          layout: { engine: flux }
          environments:
            - name: testing
              clusters: [{ name: testing, path: clusters/testing }]
            - name: production
              clusters: [{ name: eu, path: clusters/eu }, { name: us, path: clusters/us }]

        """;

    /// <summary>A stream with something of every class: a CRD, a shared account, an alias, and three objects of the revision.</summary>
    public static string Stream(string version) => Stream(version, version.Replace('.', '-'));

    /// <inheritdoc cref="Stream(string)"/>
    public static string Stream(string version, string revision) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: virtualservices.networking.istio.io
          labels: { release: istio-{{version}} }
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: istio-reader-service-account, namespace: istio-system }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: istiod, namespace: istio-system, labels: { istio.io/rev: {{revision}} } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: istiod-{{revision}}
          namespace: istio-system
          labels:
            istio.io/rev: {{revision}}
        spec:
          replicas: 1
          template:
            spec:
              containers:
              - name: discovery
                image: registry.example.com/istio/pilot:{{version}}
                args:
                - discovery
                - --log_output_level=default:info
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio-{{revision}}, namespace: istio-system, labels: { istio.io/rev: {{revision}} } }
        data:
          mesh: |
            accessLogFile: /dev/stdout
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: { name: istio-sidecar-injector-{{revision}}, labels: { istio.io/rev: {{revision}} } }
        webhooks:
        - name: rev.namespace.sidecar-injector.istio.io
          clientConfig:
            service: { name: istiod-{{revision}}, namespace: istio-system }

        """;

    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllBytes(this[path], content);
    }

    /// <summary>Changes a text in a file; the text must be there.</summary>
    public void Replace(string path, string old, string @new)
    {
        var text = File.ReadAllText(this[path]);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(this[path], text.Replace(old, @new, StringComparison.Ordinal));
    }

    /// <summary>Runs the command line in this process, with this configuration.</summary>
    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error };
        // A run that waits for another one for ever is a failure, not a hanging test.
        var code = await CommandTree.RunAsync([.. arguments, "--config", Config], settings).WaitAsync(MeshliftProcess.Bound);
        return new Outcome(code, output.ToString(), error.ToString().Replace(Root + "/", "", StringComparison.Ordinal));
    }

    /// <summary>Runs <c>render</c>, which must succeed and say nothing on standard error.</summary>
    public async Task<string> RenderAsync(params string[] arguments)
    {
        var outcome = await RunAsync(["render", .. arguments]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return outcome.Output;
    }

    /// <summary>Runs <c>render</c>, which must fail with this code, say why on standard error alone, and change nothing.</summary>
    /// <returns>What it said on standard error, with paths relative to the checkout.</returns>
    public async Task<string> RefuseAsync(int code, params string[] arguments)
    {
        var before = Snapshot();
        var outcome = await RunAsync(["render", .. arguments]);
        Assert.Equal("", outcome.Output);
        AssertError(outcome, code);
        Assert.Equal(before, Snapshot());
        return outcome.Error;
    }

    /// <summary>Asserts that a run failed with a code, and said what is wrong and what to do.</summary>
    public static void AssertError(Outcome outcome, int code)
    {
        Assert.True(code == outcome.Code, $"exit code {outcome.Code}, not {code}\n{outcome.Error}{outcome.Output}");
        Assert.StartsWith("error: ", outcome.Error, StringComparison.Ordinal);
        Assert.Matches("\n  help: .+\n$", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// All that a person has in the checkout, byte for byte: every file and folder, HEAD, the index, the branches and the configuration of Git. Left out are
    /// Git's objects and Meshlift's own folder in <c>.git</c>.
    /// </summary>
    /// <param name="leftOut">A file that cannot be read.</param>
    public string Snapshot(string leftOut = "")
    {
        var text = new StringBuilder();
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(Root, entry.FullName);
            if (path == leftOut || path is ".git/meshlift" or ".git/objects" or ".git/worktrees" || path.StartsWith(".git/objects/", StringComparison.Ordinal) || path.StartsWith(".git/meshlift/", StringComparison.Ordinal)) continue;
            var content = entry.LinkTarget is { } target ? $"-> {target}" : entry is FileInfo ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : "folder";
            text.Append(CultureInfo.InvariantCulture, $"{path} {content}\n");
        }
        return text.ToString();
    }

    /// <summary>The files of the checkout with their contents, without those of Git; folders do not count, as for Git.</summary>
    public string Files()
    {
        var lines = Snapshot().Split('\n').Where(line => !line.StartsWith(".git", StringComparison.Ordinal) && !line.EndsWith(" folder", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }

    /// <summary>Runs git in the checkout, as the user would.</summary>
    public async Task<string> GitAsync(params string[] arguments)
    {
        ImmutableArray<string> settings = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always"];
        var ran = await Git.RunAsync(new ProgramCall(Root, [.. settings, .. arguments]), default);
        Assert.True(ran.ExitCode == 0, $"git {string.Join(' ', arguments)}: {ran.ErrorText}");
        return ran.OutputText.TrimEnd('\n');
    }

    public async Task CommitAllAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("commit", "-q", "--allow-empty", "-m", message);
    }

    /// <summary>The worktrees that Git knows of, the checkout among them.</summary>
    public async Task<int> WorktreesAsync() => (await GitAsync("worktree", "list")).Split('\n').Length;

    public void Dispose() => _temp?.Dispose();
}
