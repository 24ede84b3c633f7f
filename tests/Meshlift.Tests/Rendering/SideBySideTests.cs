using System.Text.Json;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.Rendering;

/// <summary>Several revisions in one cluster's folder.</summary>
public sealed class SideBySideTests
{
    private static readonly string[] Versions = ["1.28.10", "1.29.6", "1.30.3"];

    [IstioDataFact]
    public async Task Three_real_revisions_stand_beside_each_other()
    {
        using var checkout = new MeshCheckout();
        foreach (var version in Versions)
        {
            checkout.Vendor(version, IstioData.Read($"manifests/{version}/full.yaml"));
            await checkout.RenderAsync(version);
        }
        var tree = checkout.Tree();
        var newest = MeshCheckout.Resources(IstioData.Read("manifests/1.30.3/full.yaml"), "1.30.3");
        var first = MeshCheckout.Resources(IstioData.Read("manifests/1.28.10/full.yaml"), "1.28.10");

        var common = In(tree, "common/");
        Assert.Equal(16, common.Count);
        Assert.All(common, one => Assert.Null(YamlDifference.First(newest[one.Identity], one.Root)));
        var active = In(tree, "active/");
        Assert.Equal(35, active.Count);
        Assert.All(active, one => Assert.Null(YamlDifference.First(first[one.Identity], one.Root)));
        foreach (var revision in (string[])["1-28-10", "1-29-6", "1-30-3"])
        {
            Assert.Equal(18, In(tree, $"{revision}/generated/").Count);
            Assert.Equal(35, In(tree, $"{revision}/standby/").Count);
            Assert.True(tree.ContainsKey($"{revision}/inventory.yaml"));
        }
        AssertNothingIsAppliedTwice(tree);

        // An older version, rendered again, takes nothing back; in whatever order they are rendered, the bytes are the same.
        foreach (var version in Versions) Assert.EndsWith("nothing changes\n", await checkout.RenderAsync(version), StringComparison.Ordinal);
        using var other = new MeshCheckout();
        foreach (var version in (string[])["1.28.10", "1.30.3", "1.29.6"])
        {
            other.Vendor(version, IstioData.Read($"manifests/{version}/full.yaml"));
            await other.RenderAsync(version);
        }
        Assert.Equal(tree.Select(Text), other.Tree().Select(Text));

        // Going over is a step of its own, and so is going back.
        await checkout.RenderAsync("1.30.3", "--activate", "gateways");
        var moved = In(checkout.Tree(), "active/");
        Assert.Equal(20, moved.Count(one => YamlDifference.First(newest[one.Identity], one.Root) is null));
        AssertNothingIsAppliedTwice(checkout.Tree());
        await checkout.RenderAsync("1.28.10", "--activate", "gateways");
        Assert.Equal(tree.Select(Text), checkout.Tree().Select(Text));
        await checkout.RenderAsync("1.30.3", "--activate", "all");
        Assert.All(In(checkout.Tree(), "active/"), one => Assert.Null(YamlDifference.First(newest[one.Identity], one.Root)));
    }

    [Fact]
    public async Task What_a_version_no_longer_has_goes_and_is_named()
    {
        using var checkout = new MeshCheckout(revision: "default", engine: "plain");
        checkout.Vendor("1.29.6", Sample("1.29.6", "default"));
        checkout.Vendor("1.30.3", Sample("1.30.3", "default"));
        await checkout.RenderAsync("1.29.6");
        var output = await checkout.RenderAsync("1.30.3");
        Assert.Contains("- active/resourcequota/istio-system/istio-cni-resource-quota.yaml  (no longer rendered: ResourceQuota istio-system/istio-cni-resource-quota)", output, StringComparison.Ordinal);
        Assert.DoesNotContain(checkout.Tree().Keys, path => path.Contains("resourcequota", StringComparison.Ordinal));

        // Back to the older version, in place: its own resources return, the shared ones stay as the newer one left them.
        output = await checkout.RenderAsync("1.29.6");
        Assert.Contains("ML1003", output, StringComparison.Ordinal);
        Assert.Contains("common/customresourcedefinition/trafficextensions.extensions.istio.io.yaml", checkout.Tree().Keys);
        Assert.Contains(checkout.Tree().Keys, path => path.Contains("resourcequota", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shared_resource_stays_while_an_older_revision_needs_it()
    {
        const string old = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: { name: istiod-istio-system }
            """;
        using var checkout = new MeshCheckout();
        checkout.Vendor("1.29.6", [.. Sample("1.29.6", "1-29-6"), .. System.Text.Encoding.UTF8.GetBytes(old)]);
        checkout.Vendor("1.30.3", Sample("1.30.3", "1-30-3"));
        await checkout.RenderAsync("1.29.6");
        await checkout.RenderAsync("1.30.3");
        const string path = "common/clusterrole/istiod-istio-system.yaml";
        Assert.True(checkout.Tree().ContainsKey(path));

        checkout.Vendor("1.29.6", Sample("1.29.6", "1-29-6"));
        var output = await checkout.RenderAsync("1.29.6");
        Assert.Contains($"- {path}  (no longer rendered: ClusterRole istiod-istio-system)", output, StringComparison.Ordinal);
        Assert.False(checkout.Tree().ContainsKey(path));
    }

    [Fact]
    public async Task Json_lists_every_file_with_its_change_resource_and_class()
    {
        using var checkout = new MeshCheckout();
        checkout.Vendor("1.30.3", Sample("1.30.3", "1-30-3"));
        using var json = JsonDocument.Parse(await checkout.RenderAsync("1.30.3", "--output", "json"));
        Assert.Equal("1.30.3", json.RootElement.GetProperty("version").GetString());
        Assert.Equal("1-30-3", json.RootElement.GetProperty("revision").GetString());
        Assert.False(json.RootElement.TryGetProperty("commit", out _));
        var files = json.RootElement.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(checkout.Tree().Keys.Select(path => $"clusters/testing/istio-system/{path}"), files.Select(file => file.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal("added", file.GetProperty("change").GetString()));
        var istiod = files.Single(file => file.GetProperty("path").GetString() == "clusters/testing/istio-system/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml");
        Assert.Equal("per-revision", istiod.GetProperty("class").GetString());
        Assert.Equal("""{"group":"apps","kind":"Deployment","namespace":"istio-system","name":"istiod-1-30-3"}""", JsonSerializer.Serialize(istiod.GetProperty("resource")));
        Assert.Equal(["crd", "once-only", "per-revision", "shared"], files.Select(file => file.GetProperty("class").GetString()).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(json.RootElement.GetProperty("patches").EnumerateArray());
    }

    private static byte[] Sample(string version, string revision) => System.Text.Encoding.UTF8.GetBytes(SampleRelease.Render(version, revision));

    private static string Text(KeyValuePair<string, byte[]> file) => file.Key + "\n" + System.Text.Encoding.UTF8.GetString(file.Value);

    private static List<Resource> In(SortedDictionary<string, byte[]> tree, string folder) =>
        [.. tree.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal) && MeshCheckout.IsResource(file.Key)).SelectMany(file => ManifestStream.Split(file.Value, file.Key))];

    private static void AssertNothingIsAppliedTwice(SortedDictionary<string, byte[]> tree)
    {
        var applied = tree.Where(file => MeshCheckout.IsResource(file.Key) && !file.Key.Contains("/standby/", StringComparison.Ordinal)).SelectMany(file => ManifestStream.Split(file.Value, file.Key)).ToList();
        Assert.Equal(applied.Count, applied.Select(one => one.Identity).Distinct().Count());
    }
}
