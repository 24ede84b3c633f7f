using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.CommandLine.Demo;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Simulator.Releases;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift demo</c>.</summary>
internal static class DemoCommand
{
    private const string Details = """
        It renders one version of Istio, merges it, and renders the next one beside it; a GitOps agent delivers what is merged to a simulated cluster. Then the
        owners merge the pull requests that move their namespaces, and the workloads are restarted. What runs is shown before and after. It needs git and nothing
        else: no cluster, no network.

        Examples:
          meshlift demo                     in a new temporary folder, which is kept
          meshlift demo --folder /tmp/mesh  in a folder of your choice
        """;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo?>("--folder") { Description = "Where to make the repository; must be empty or not exist yet. Default: a new temporary folder.", HelpName = "DIR" };
        var command = new DocumentedCommand("demo", "Shows Meshlift at work on sample releases, in a repository of its own.", Details) { folder };
        command.SetAction((parse, cancel) => RunAsync(parse.GetValue(folder)?.FullName, parse.InvocationConfiguration.Output, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? folder, TextWriter output, CancellationToken cancel)
    {
        if (folder is not null) NewFolder.RequireEmpty(folder);
        folder = folder is null ? Directory.CreateTempSubdirectory("meshlift-demo-").FullName : Directory.CreateDirectory(folder).FullName;
        output.WriteLine($"A forge and a checkout, in {folder}");
        var demo = await DemoRepository.CreateAsync(folder, cancel);
        await ProposeAsync(demo, SampleRelease.Versions[0], output, cancel);
        output.WriteLine("The GitOps agent of a simulated cluster applies what was merged");
        await using var fleet = await DemoFleet.StartAsync(folder, cancel);
        await fleet.RunAsync(output, cancel, "status", "--context", "testing", "--workloads");
        foreach (var version in SampleRelease.Versions.Skip(1))
        {
            await ProposeAsync(demo, version, output, cancel);
            output.WriteLine("The GitOps agent applies it; no proxy moves before its namespace asks for the new revision");
            await fleet.SettleAsync(cancel);
            await fleet.RunAsync(output, cancel, "status", "--context", "testing", "--workloads");
        }
        output.WriteLine();
        output.WriteLine("Who injects a workload, and why");
        await fleet.RunAsync(output, cancel, "explain", "deployment/web", "-n", "shop", "--context", "testing");
        output.WriteLine();
        output.WriteLine("The owners are asked to move their namespaces");
        await fleet.RunAsync(output, cancel, "migrate", "--pull-request");
        output.WriteLine();
        await demo.MergeRequestsAsync(output, cancel);
        output.WriteLine("The GitOps agent applies it: Gateways roll at once, everything else at its next restart");
        await fleet.SettleAsync(cancel);
        await fleet.RunInTimeAsync(output, cancel, "restart", "--yes", "--context", "testing");
        output.WriteLine();
        output.WriteLine("One workload had no proxy so far, because nobody answered to its label; that is not what a restart repairs unasked");
        await fleet.RunInTimeAsync(output, cancel, "restart", "deployment/ledger", "-n", "billing", "--yes", "--context", "testing");
        await fleet.RunAsync(output, cancel, "status", "--context", "testing", "--workloads");
        output.WriteLine();
        output.WriteLine("Whether the cluster is what Git says");
        await fleet.RunAsync(output, cancel, "drift", "--context", "testing", "--cluster", "testing");
        output.WriteLine();
        output.WriteLine("What Flux applies now: common/ from the newest revision, active/ from the first one, and both revisions beside each other");
        FolderTree.Write(output, Path.Combine(demo.Checkout, "clusters", "testing", "istio-system"), depth: 2);
        output.WriteLine();
        output.WriteLine("Look around:");
        output.WriteLine($"  cd {demo.Checkout}");
        output.WriteLine("  git log -p -- clusters/testing/istio-system/1-30-3/generated/deployment");
        output.WriteLine("  meshlift render 1.30.3 --activate gateways --dry-run");
        output.WriteLine($"  meshlift simulate {Path.Combine(folder, "fleet.yaml")} --kubeconfig {Path.Combine(folder, "kubeconfig")}   # the cluster again, for as long as you like");
        return (int)ExitCode.Done;
    }

    /// <summary>Renders a version onto a branch, shows it, and has it merged.</summary>
    private static async Task ProposeAsync(DemoRepository demo, string version, TextWriter output, CancellationToken cancel)
    {
        output.WriteLine();
        output.WriteLine($"$ meshlift render {version} --push");
        var call = new RenderCall(Path.Combine(demo.Checkout, "meshlift.yaml"), VersionRange.Parse(version), new ClusterChoice([], null, All: false), PlacementOptions.None, IsDryRun: false);
        var committed = await call.CommitAsync("", new RenderOutput(output, OutputFormat.Text, listsAll: false), cancel);
        output.WriteLine();
        output.WriteLine($"$ git log --stat main..{committed.Branch}");
        output.Write(await demo.ReadAsync(cancel, "log", "--reverse", "--format=commit %h%n    %s%n%n%w(0,4,4)%b", "--shortstat", $"main..{committed.Branch}"));
        output.WriteLine();
        output.WriteLine($"A reviewer merges {committed.Branch}");
        await demo.MergeAsync(committed.Branch.Value, cancel);
    }
}
