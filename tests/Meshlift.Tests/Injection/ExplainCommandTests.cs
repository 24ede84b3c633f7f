using System.CommandLine;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Demo;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Injection;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Json_says_for_every_workload_who_answers_and_what_each_webhook_demands()
    {
        var (apps, mesh) = Write("istio.io/rev: 1-30-3");
        var outcome = await RunAsync("-f", apps, "--webhooks", mesh, "--output", "json");
        Assert.Equal(0, outcome.Code);
        var web = PublishedSchema.AssertFits("explain", outcome.Output).GetProperty("workloads").EnumerateArray().Single(workload => workload.GetProperty("name").GetString() == "web");
        var after = web.GetProperty("after");
        Assert.Equal("injected", after.GetProperty("outcome").GetString());
        Assert.Equal("1-30-3", after.GetProperty("revision").GetString());
        Assert.EndsWith("/proxyv2:1.30.3-distroless", after.GetProperty("image").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, after.GetProperty("webhooks").EnumerateArray().Count(trial => trial.GetProperty("answers").GetBoolean()));
        Assert.EndsWith("web.yaml:7:1", web.GetProperty("origin").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, web.GetProperty("replicas").GetInt64());
        Assert.False(web.TryGetProperty("before", out _));
    }

    [Fact]
    public async Task A_document_that_is_no_YAML_is_told_and_the_rest_is_answered()
    {
        var (apps, mesh) = Write("istio.io/rev: 1-30-3");
        await File.WriteAllTextAsync(Path.Combine(apps, "broken.yaml"), "a: [1\n---\nvalues: only\n");
        var outcome = await RunAsync("-f", apps, "--webhooks", mesh);
        Assert.Equal(3, outcome.Code);
        Assert.Contains("broken.yaml:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("deployment/web", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_without_a_webhook_answer_nothing()
    {
        var (apps, _) = Write("istio.io/rev: 1-30-3");
        var outcome = await RunAsync("-f", apps, "--webhooks", apps);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("no injection webhook", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--with-label", "istio.io/rev")]
    [InlineData("--with-label", "a in (b,c)")]
    [InlineData("--with-label", "a!=b")]
    public async Task What_is_no_label_is_refused(params string[] arguments)
    {
        var (apps, mesh) = Write("istio.io/rev: 1-30-3");
        var outcome = await RunAsync(["-f", apps, "--webhooks", mesh, .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("is not a label", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_changes_too_takes_effect_at_once()
    {
        var checkout = (await DemoRepository.CreateAsync(_folder.Path, default)).Checkout;
        var mesh = Path.Combine(_folder.Path, "mesh.yaml");
        await File.WriteAllTextAsync(mesh, SampleRelease.Render("1.29.6", "1-29-6") + "\n---\n" + SampleRelease.Render("1.30.3", "1-30-3"));
        var shop = Path.Combine(checkout, "apps", "shop.yaml");
        var text = await File.ReadAllTextAsync(shop);
        await File.WriteAllTextAsync(shop, text.Replace("1-29-6", "1-30-3", StringComparison.Ordinal).Replace("labels: { app: web }\n    spec", "labels: { app: web, tier: front }\n    spec", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(checkout, "apps", "new.yaml"), Manifest("istio.io/rev: 1-30-3").Replace("shop", "fresh", StringComparison.Ordinal));
        File.Delete(Path.Combine(checkout, "apps", "billing.yaml"));
        File.Copy(mesh, Path.Combine(checkout, "mesh.yaml"));
        var git = new ExternalProgram("git", "install Git", TimeProvider.System);
        await git.RunAsync(new ProgramCall(checkout, ["add", "mesh.yaml"]), default);
        await git.RunAsync(new ProgramCall(checkout, ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Mesh", "mesh.yaml"]), default);
        var outcome = await RunAsync("-f", Path.Combine(checkout, "apps"), "--webhooks", Path.Combine(checkout, "mesh.yaml"), "--before", "HEAD");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var rows = outcome.Output.Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(cells => cells.Length > 5)
            .ToDictionary(cells => $"{cells[0]} {cells[1]}", cells => string.Join('|', cells[2..5]));
        Assert.Equal("1-29-6|1-30-3|at once", rows["shop deployment/web"]);
        Assert.Equal("1-29-6|1-30-3|at its next restart", rows["shop statefulset/cart"]);
        Assert.Equal("none|-|at once", rows["billing deployment/ledger"]);
        Assert.Equal("-|1-30-3|at once", rows["fresh deployment/web"]);
    }

    private (string Apps, string Mesh) Write(string label)
    {
        var (apps, mesh) = (Path.Combine(_folder.Path, "apps"), Path.Combine(_folder.Path, "mesh"));
        Directory.CreateDirectory(apps);
        Directory.CreateDirectory(mesh);
        File.WriteAllText(Path.Combine(apps, "web.yaml"), Manifest(label));
        File.WriteAllText(Path.Combine(mesh, "all.yaml"), SampleRelease.Render("1.30.3", "1-30-3"));
        return (apps, mesh);
    }

    private static string Manifest(string label) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: shop
          labels: { {{label}} }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web, namespace: shop }
        spec:
          replicas: 3
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "shop.example/web:1" }] }
        """;

    private static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(["explain", .. arguments], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
