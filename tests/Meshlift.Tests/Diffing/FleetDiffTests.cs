using System.Text.Json;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Diffing;

/// <summary><c>meshlift diff --all-clusters</c>.</summary>
public sealed class FleetDiffTests
{
    [Fact]
    public async Task What_clusters_have_in_common_is_shown_once_and_one_that_fails_does_not_hide_the_others()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        await workspace.RenderAsync("1.29.6", "--all-clusters");
        await workspace.RenderAsync("1.30.3", "--all-clusters");

        var same = await RunAsync(workspace, 0, "1.29.6", "1.30.3");
        Assert.Equal(["testing eu us: Deployment istiod-1-30-3"], Resources(same));

        var deployment = Directory.GetFiles(workspace["clusters/us/istio-system/1-30-3/generated"], "*", SearchOption.AllDirectories).Single(file => File.ReadAllText(file).Contains("replicas: 2", StringComparison.Ordinal));
        File.WriteAllText(deployment, File.ReadAllText(deployment).Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal));
        var split = await RunAsync(workspace, 0, "1-29-6", "1-30-3");
        Assert.Equal(["testing eu: Deployment istiod-1-30-3", "us: Deployment istiod-1-30-3"], Resources(split));
        foreach (var format in (string[])["text", "markdown", "html"])
        {
            var outcome = await workspace.RunAsync("diff", "1-29-6", "1-30-3", "--all-clusters", "--output", format, "--exit-code");
            Assert.Equal(1, outcome.Code);
            Assert.Contains("same in testing, eu", outcome.Output.Replace("The same", "the same", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Contains("nly in us", outcome.Output, StringComparison.Ordinal);
        }

        workspace.Write("clusters/eu/istio-system/1-30-3/own.patch", "diff --git a/none.yaml b/none.yaml\n--- a/none.yaml\n+++ b/none.yaml\n@@ -1 +1 @@\n-a\n+b\n");
        var failed = await RunAsync(workspace, 2, "1.29.6", "1.30.3");
        Assert.Equal(["testing us: Deployment istiod-1-30-3"], Resources(failed));
        Assert.Equal("eu", Assert.Single(failed.GetProperty("failed").EnumerateArray()).GetProperty("name").GetString());
        var text = await workspace.RunAsync("diff", "1.29.6", "1.30.3", "--all-clusters");
        Assert.Contains("error: eu: ", text.Error, StringComparison.Ordinal);
        Assert.Contains("eu: not compared", text.Output, StringComparison.Ordinal);
        Assert.Contains("the same in testing, us", text.Output, StringComparison.Ordinal);

        // When all fail there is nothing to show.
        var none = await workspace.RunAsync("diff", "1.29.6", "1.99.0", "--all-clusters");
        Workspace.AssertError(none, 2);
    }

    [Fact]
    public async Task Only_what_each_cluster_has_its_own_of_can_be_compared_for_all()
    {
        using var workspace = await Workspace.CreateAsync();
        foreach (var operand in (string[])["-", "vendor/1.30.3", "git:HEAD", "./x", ""])
        {
            var outcome = await workspace.RunAsync("diff", "1.30.3", operand, "--all-clusters");
            Workspace.AssertError(outcome, 2);
        }
    }

    [Fact]
    public void Every_difference_of_every_cluster_is_in_exactly_one_section()
    {
        var clusters = Enumerable.Range(0, 8).Select(i => ($"c{i}", Differences(i % 4, i % 2))).ToArray();
        var sections = DiffSection.Of(clusters);
        foreach (var (cluster, resources) in clusters)
            Assert.Equal(
                resources.Select(Fact).Order(StringComparer.Ordinal),
                sections.Where(section => section.Clusters.Contains(cluster, StringComparer.Ordinal)).SelectMany(section => section.Resources.Select(Fact)).Order(StringComparer.Ordinal));
        Assert.All(sections, section => Assert.NotEmpty(section.Resources));
        Assert.Equal(sections.Length, sections.Select(section => string.Join(' ', section.Clusters)).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(sections.Select(section => section.Resources.Max(resource => resource.Risk)).OrderDescending(), sections.Select(section => section.Resources.Max(resource => resource.Risk)));

        static string Fact(ResourceDiff resource) => $"{resource.Name} {string.Join(' ', resource.Changes.Select(change => $"{change.Path} {((Meshlift.Yaml.YamlScalar)change.After!).Value}"))}";
    }

    private static System.Collections.Immutable.ImmutableArray<ResourceDiff> Differences(int replicas, int tag)
    {
        ManifestSet Set(int one, int two) => ManifestSet.Create(ManifestStream.Split(System.Text.Encoding.UTF8.GetBytes(
            $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: a }}, spec: {{ replicas: {one} }} }}\n---\n{{ apiVersion: v1, kind: Service, metadata: {{ name: b }}, spec: {{ type: t{two} }} }}\n"), "a"));
        return new DiffSelection(DiffRisk.None, []).Of(MeshDiff.Of(Set(9, 9), Set(replicas, tag)));
    }

    private static async Task<JsonElement> RunAsync(Workspace workspace, int code, string before, string after)
    {
        var outcome = await workspace.RunAsync("diff", before, after, "--all-clusters", "--output", "json");
        Assert.Equal(code, outcome.Code);
        return PublishedSchema.AssertFits("diff", outcome.Output);
    }

    private static List<string> Resources(JsonElement report) =>
    [
        .. report.GetProperty("resources").EnumerateArray()
            .Select(resource => $"{string.Join(' ', resource.GetProperty("clusters").EnumerateArray().Select(one => one.GetString()))}: {resource.GetProperty("after").GetProperty("kind").GetString()} {resource.GetProperty("after").GetProperty("name").GetString()}"),
    ];
}
