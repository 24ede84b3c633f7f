using System.Reflection;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Forges;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Forges;
using Meshlift.Simulator.Releases;

namespace Meshlift.CommandLine.Demo;

/// <summary>The repository of the demo: a bare one that stands for the forge, and a clone that stands for an engineer's checkout.</summary>
internal sealed class DemoRepository
{
    // What the teams run: namespaces and workloads that ask for proxies in the ways that are met in practice.
    private static readonly string[] Apps = ["apps/billing.yaml", "apps/edge.yaml", "apps/shop.yaml"];

    // What a cluster has beside Istio: namespaces, and the order in which things are delivered.
    private static readonly string[] Cluster = ["clusters/testing/apps.yaml", "clusters/testing/namespaces.yaml"];

    private readonly ExternalProgram _git = new("git", "install Git 2.30 or newer", TimeProvider.System);
    private readonly string _folder;

    private DemoRepository(string folder) => _folder = folder;

    /// <summary>The engineer's checkout.</summary>
    public string Checkout => Path.Combine(_folder, "platform");

    /// <summary>Makes the repository, with the sample releases, a configuration and some applications in its first commit.</summary>
    public static async Task<DemoRepository> CreateAsync(string folder, CancellationToken cancel)
    {
        var demo = new DemoRepository(folder);
        await demo.GitAsync(folder, cancel, "init", "--quiet", "--bare", "--initial-branch=main", "forge.git");
        await demo.GitAsync(folder, cancel, "clone", "--quiet", "forge.git", "platform");
        await demo.GitAsync(demo.Checkout, cancel, "checkout", "--quiet", "-B", "main");
        foreach (var version in SampleRelease.Versions)
        {
            var stream = SampleRelease.Render(version, version.Replace('.', '-'));
            BoundedFile.Write(Path.Combine(demo.Checkout, "vendor", "istio", version, "all.yaml"), System.Text.Encoding.UTF8.GetBytes(stream));
        }
        BoundedFile.Write(Path.Combine(demo.Checkout, "meshlift.yaml"), Embedded("meshlift.yaml"));
        BoundedFile.Write(Path.Combine(demo.Checkout, "istio", "patches", "istiod-log-level.patch"), Embedded("istiod-log-level.patch"));
        foreach (var file in (string[])[.. Apps, .. Cluster]) BoundedFile.Write(Path.Combine(demo.Checkout, file), Embedded(file));
        await demo.GitAsync(demo.Checkout, cancel, "add", "--all");
        await demo.GitAsync(demo.Checkout, cancel, "commit", "--quiet", "-m", "Begin with a configuration, two releases of Istio and the applications");
        await demo.GitAsync(demo.Checkout, cancel, "push", "--quiet", "--set-upstream", "origin", "main");
        return demo;
    }

    /// <summary>Does what a reviewer does with a branch: merges it, and brings the checkout up to date.</summary>
    public async Task MergeAsync(string branch, CancellationToken cancel)
    {
        await GitAsync(Checkout, cancel, "merge", "--quiet", "--ff-only", $"origin/{branch}");
        await GitAsync(Checkout, cancel, "push", "--quiet", "origin", "main");
    }

    /// <summary>Does what the owners do with their pull requests: approves and merges them, and brings the checkout up to date.</summary>
    public async Task MergeRequestsAsync(TextWriter output, CancellationToken cancel)
    {
        var forge = new LocalForge(new GitProgram(TimeProvider.System), Path.Combine(_folder, "forge.git"));
        foreach (var request in await forge.AllAsync(cancel))
        {
            if (request.State != ChangeState.Open) continue;
            foreach (var owner in request.Teams.Concat(request.Reviewers)) await forge.ApproveAsync(request, owner, cancel);
            await forge.MergeAsync(request, MergeMethod.Merge, cancel);
            output.WriteLine($"{string.Join(", ", request.Teams.Concat(request.Reviewers))} merges pull request {request.Number}: {request.Title}");
        }
        await GitAsync(Checkout, cancel, "pull", "--quiet", "--ff-only");
    }

    /// <summary>What Git prints.</summary>
    public Task<string> ReadAsync(CancellationToken cancel, params string[] arguments) => GitAsync(Checkout, cancel, arguments);

    private async Task<string> GitAsync(string folder, CancellationToken cancel, params string[] arguments)
    {
        // The demo's commits are nobody's: they must work where Git has no identity, and need no key and no hook of the user's.
        string[] settings = ["-c", "user.name=Demo", "-c", "user.email=demo@meshlift.dev", "-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false"];
        var ran = await _git.RunAsync(new ProgramCall(folder, [.. settings, .. arguments]), cancel);
        return ran.ExitCode == 0 ? ran.OutputText : throw ran.Failure("the demo needs nothing but git and a folder it may write to; try another one with --folder");
    }

    /// <summary>A file that comes with the program.</summary>
    public static ReadOnlyMemory<byte> Embedded(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new System.Diagnostics.UnreachableException(name);
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
