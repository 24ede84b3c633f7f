using System.CommandLine;
using Meshlift.CommandLine;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Fleet;

/// <summary><c>meshlift status</c> and <c>meshlift explain</c> against running API servers.</summary>
public sealed class StatusCommandTests
{
    [Fact]
    public async Task Every_cluster_is_shown_with_its_revisions_and_what_is_stale_there()
    {
        await using var mesh = await StartAsync();
        var outcome = await RunAsync(mesh, "status", "--all-contexts", "--workloads");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var rows = Rows(outcome.Output);
        Assert.Contains("eu|v1.33.4|1-29-6|1.29.6|1/1|canary,prod|2|66%|1", rows);
        Assert.Contains("1-30-3|1.30.3|1/1|-|1|33%|0", rows);
        Assert.Contains("eu|shop|deployment/web|1-29-6:1 1-30-3:1|1-30-3|2|1|it runs 1-29-6; the namespace says istio.io/rev=1-30-3", rows);
        Assert.Contains("us|v1.33.4|1-29-6|1.29.6|1/1|canary,prod|0|-|0", rows);
        Assert.Contains("2 clusters, 5 pods, 3 proxies: 1 stale, 1 missing", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_goes_as_deep_as_asked_and_counts_the_same()
    {
        await using var mesh = await StartAsync();
        var json = PublishedSchema.AssertFits("status", (await RunAsync(mesh, "status", "--context", "eu", "--pods", "--output", "json")).Output);
        var eu = json.GetProperty("clusters").EnumerateArray().Single();
        Assert.Equal(5, eu.GetProperty("counts").GetProperty("pods").GetInt32());
        Assert.Equal(eu.GetProperty("counts").GetProperty("stale").GetInt32(), eu.GetProperty("pods").EnumerateArray().Count(pod => pod.GetProperty("state").GetString() == "stale"));
        Assert.Equal("missing", eu.GetProperty("pods").EnumerateArray().Single(pod => pod.GetProperty("name").GetString() == "late-5d9c7f-1").GetProperty("state").GetString());
        Assert.Equal("deployment/late", eu.GetProperty("pods").EnumerateArray().Single(pod => pod.GetProperty("name").GetString() == "late-5d9c7f-1").GetProperty("workload").GetString());
    }

    [Fact]
    public async Task What_is_asked_for_is_shown_and_the_counts_stay_those_of_the_whole()
    {
        await using var mesh = await StartAsync();
        var outcome = await RunAsync(mesh, "status", "--context", "eu", "--pods", "--stale", "-n", "shop");
        Assert.Contains("web-5d9c7f-1", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("web-5d9c7f-2", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("old-5d9c7f", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 cluster, 5 pods", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_unknown_and_the_others_are_shown()
    {
        await using var mesh = await StartAsync();
        mesh.Clusters[1].Faults.Add(new ScheduledFault(new Fault.Silence()));
        var outcome = await RunAsync(mesh, "status", "--all-contexts", "--timeout", "8");
        Assert.Equal(3, outcome.Code);
        Assert.Contains(Rows(outcome.Output), row => row.StartsWith("us|unknown|", StringComparison.Ordinal));
        Assert.Contains("nothing is known of 1 cluster", outcome.Output, StringComparison.Ordinal);
        var json = PublishedSchema.AssertFits("status", (await RunAsync(mesh, "status", "--context", "us", "--timeout", "1", "--output", "json")).Output);
        Assert.NotNull(json.GetProperty("clusters")[0].GetProperty("problem").GetString());
        Assert.Contains("us gave no complete answer within 8 s", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("eu|v1.33.4|1-29-6", string.Join('\n', Rows(outcome.Output)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_read_is_told_and_the_rest_is_judged()
    {
        await using var mesh = await StartAsync();
        mesh.Clusters[0].Faults.Add(new ScheduledFault(new Fault.Refuse(403)) { Verb = "list", Resource = "configmaps" });
        var outcome = await RunAsync(mesh, "status", "--context", "eu", "--pods");
        Assert.Contains("not seen in eu: ", outcome.Output, StringComparison.Ordinal);
        // Without the injector's ConfigMap the image is not known, and what is not known is not called current.
        Assert.Contains(Rows(outcome.Output), row => row.Contains("web-5d9c7f-2", StringComparison.Ordinal) && row.Contains("|unknown|", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(new[] { "status", "--context", "nowhere" }, 3, "there is no context 'nowhere'")]
    [InlineData(new[] { "status", "--timeout", "0" }, 2, "--timeout takes a number of seconds")]
    [InlineData(new[] { "status", "--context", "eu", "--all-contexts" }, 2, "exclude each other")]
    [InlineData(new[] { "explain", "pod/none", "-n", "shop", "--context", "eu" }, 2, "has no Pod shop/none")]
    [InlineData(new[] { "explain", "thing/none", "--context", "eu" }, 2, "is no pod, workload or namespace")]
    [InlineData(new[] { "explain", "web", "-n", "nowhere", "--context", "eu" }, 2, "has no namespace nowhere")]
    [InlineData(new[] { "explain", "web", "--all-contexts" }, 2, "choose one with --context: eu, us")]
    [InlineData(new[] { "explain", "web", "-f", "x" }, 2, "exclude each other")]
    [InlineData(new[] { "explain" }, 2, "name a SUBJECT in a cluster, or manifests")]
    public async Task What_cannot_be_answered_says_so(string[] arguments, int code, string message)
    {
        await using var mesh = await SimulatedMesh.StartBareAsync("eu", "us");
        SimulatedMesh.Namespace(mesh.Clusters[0], "shop");
        var outcome = await RunAsync(mesh, arguments);
        Assert.Equal(code, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_workload_is_explained_as_it_is_and_as_it_would_be()
    {
        await using var mesh = await StartAsync();
        SimulatedMesh.Apply(mesh.Clusters[0], Deployment);
        Assert.Contains("shop|deployment/web|1-30-3|the namespace says istio.io/rev=1-30-3", Rows((await RunAsync(mesh, "explain", "deployment/web", "-n", "shop", "--context", "eu")).Output));
        Assert.Contains("shop|pod/web-5d9c7f-1|1-30-3|the namespace says istio.io/rev=1-30-3", Rows((await RunAsync(mesh, "explain", "web-5d9c7f-1", "-n", "shop", "--context", "eu")).Output));
        string[] proposal = ["explain", "namespace/shop", "--context", "eu", "--with-label", "istio.io/rev=1-29-6"];
        PublishedSchema.AssertFits("explain", (await RunAsync(mesh, [.. proposal, "--output", "json"])).Output);
        var changed = await RunAsync(mesh, proposal);
        Assert.Contains("shop|deployment/web|1-30-3|1-29-6|at its next restart|the namespace says istio.io/rev=1-29-6", Rows(changed.Output));
    }

    [Fact]
    public async Task Remarks_are_those_of_the_day_that_is_asked_for()
    {
        await using var mesh = await StartAsync();
        Assert.DoesNotContain("1.29 ended", (await RunAsync(mesh, "status", "--context", "eu", "--on", "2026-10-11")).Output, StringComparison.Ordinal);
        Assert.Contains("1.29 ended 2026-10-12", (await RunAsync(mesh, "status", "--context", "eu", "--on", "2026-10-13")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(mesh, "status", "--context", "eu", "--on", "tomorrow")).Code);
    }

    [Fact]
    public async Task The_document_shows_what_is_printed()
    {
        await using var mesh = await StartAsync();
        const string command = "$ meshlift status --all-contexts --workloads\n";
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        var document = Path.Combine(folder.FullName, "docs", "status.md");
        var written = await File.ReadAllTextAsync(document);
        var start = written.IndexOf(command, StringComparison.Ordinal) + command.Length;
        var end = written.IndexOf("```", start, StringComparison.Ordinal);
        var shown = written[..start] + (await RunAsync(mesh, "status", "--all-contexts", "--workloads", "--on", "2026-11-20")).Output + written[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(document, shown);
        else Assert.Equal(written, shown);
    }

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web, namespace: shop }
        spec:
          replicas: 2
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "shop.example/web:1" }] }
        """;

    private static async Task<SimulatedMesh> StartAsync()
    {
        var mesh = await SimulatedMesh.StartAsync("eu", "us");
        var eu = mesh.Clusters[0];
        var (old, now) = (SimulatedMesh.ImageOf("1.29.6"), SimulatedMesh.ImageOf("1.30.3"));
        SimulatedMesh.Namespace(eu, "shop", "1-30-3");
        SimulatedMesh.Namespace(eu, "legacy", "1-29-6");
        SimulatedMesh.Pod(eu, "shop", "web", 1, "1-29-6", old);
        SimulatedMesh.Pod(eu, "shop", "web", 2, "1-30-3", now);
        SimulatedMesh.Pod(eu, "shop", "late", 1, null, null);
        SimulatedMesh.Pod(eu, "legacy", "old", 1, "1-29-6", old);
        SimulatedMesh.Pod(eu, "default", "job", 1, null, null);
        return mesh;
    }

    private static List<string> Rows(string output) => [.. output.Split('\n').Select(line => string.Join('|', line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[..^(HasRemarks(line) ? 1 : 0)]))];

    private static bool HasRemarks(string line) => line.Contains("exposed to", StringComparison.Ordinal) || line.Contains("images from", StringComparison.Ordinal);

    private static async Task<Outcome> RunAsync(SimulatedMesh mesh, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync([.. arguments, "--kubeconfig", mesh.Kubeconfig], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
