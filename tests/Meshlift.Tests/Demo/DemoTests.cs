using System.CommandLine;
using Meshlift.CommandLine;

namespace Meshlift.Tests.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_renders_two_releases_beside_each_other_and_shows_each_step()
    {
        using var folder = new TempFolder();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error };
        Assert.Equal(0, await CommandTree.RunAsync(["demo", "--folder", folder["demo"]], settings));
        Assert.Equal("", error.ToString());
        var text = output.ToString();
        foreach (var part in (string[])[
            "$ meshlift render 1.29.6 --push", "Bring the CRDs of Istio 1.29.6 to testing", "Render Istio 1.29.6 as 1-29-6 for testing", "Meshlift-Step: render-crds", "Meshlift-Cluster: testing",
            "patch    istio/patches/istiod-log-level.patch: applies", "pushed to origin", "A reviewer merges meshlift/render/1.29.6/testing",
            "$ meshlift render 1.30.3 --push", "stand by; 1-29-6 stays in charge", "├── 1-30-3/", "└── kustomization.yaml"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        // What the cluster runs, before the new revision and after.
        Assert.Matches(@"testing +v1\.33\.4 +1-29-6 +1\.29\.6 +2/2 +canary,prod +14 +100% +0[^\n]*\n\n", text);
        Assert.Matches(@"testing +v1\.33\.4 +1-29-6 +1\.29\.6 +2/2 +canary,prod +14 +100% +0[^\n]*\n +1-30-3 +1\.30\.3 +2/2 +- +0 +0% +0", text);
        Assert.Equal(3, text.Split(" 0 stale, 0 missing").Length - 1);
        // Once the owners have merged and the workloads are restarted, all that asks for the new revision runs it; what exists once waits for its own step.
        Assert.Matches(@"testing +v1\.33\.4 +1-29-6 +1\.29\.6 +2/2 +canary,prod +8 +50% +0[^\n]*\n +1-30-3 +1\.30\.3 +2/2 +- +8 +50% +0", text);
        foreach (var line in (string[])["platform merges pull request 1: Move billing, edge to Istio 1-30-3", "shop merges pull request 2: Move shop to Istio 1-30-3", "shop/deployment/web done", "billing/deployment/ledger done"]) Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.Matches(@"testing +shop +istio\.io/rev=1-30-3 +1-30-3:5 +5 +5 +0 +0", text);
        Assert.Contains("1 cluster, 102 objects: no drift", text, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["demo/kubeconfig"]));
        foreach (var line in ShownInReadme("status").Concat(ShownInReadme("explain"))) Assert.Contains(Told(line), text.Split('\n').Select(Told));
        Assert.DoesNotContain("warning", text, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder["demo/platform/clusters/testing/istio-system/1-30-3/generated"]));

        // A folder with something in it is not taken.
        Assert.Equal(4, await CommandTree.RunAsync(["demo", "--folder", folder["demo"]], settings));
        Assert.Contains("is not empty", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What the README shows of a command that the demo runs.</summary>
    private static List<string> ShownInReadme(string command)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        var lines = File.ReadAllLines(Path.Combine(folder.FullName, "README.md")).Select(line => line.Trim()).SkipWhile(line => !line.StartsWith($"$ meshlift {command} ", StringComparison.Ordinal)).TakeWhile(line => line != "```").ToList();
        Assert.True(lines.Count > 2);
        return lines;
    }

    /// <summary>A line without its remarks, which change with the day.</summary>
    private static string Told(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => word is not ("exposed" or "images")));
}
