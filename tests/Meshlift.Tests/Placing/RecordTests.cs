using System.Collections.Immutable;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Locking;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Placing;

/// <summary>The files in which Meshlift records what it did: read back as they were written, and never half-used.</summary>
public sealed class RecordTests
{
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    private static readonly ResourceIdentity Istiod = new("apps", "Deployment", "istio-system", "istiod-1-30-3");
    private static readonly ResourceIdentity Reader = new("", "ServiceAccount", "istio-system", "istio-reader-service-account");

    [Fact]
    public void A_revision_inventory_is_read_back()
    {
        var inventory = new RevisionInventory(
            Revision, Version, new RenderedFrom("manifests", "vendor/all.yaml", "sha256:0"),
            [new InventoryEntry("generated/deployment/istio-system/istiod-1-30-3.yaml", Istiod, new(ResourceClass.PerRevision), "sha256:1", Revision, Version)],
            [new SharedEntry(Reader, ResourceClass.Shared)],
            [new RecordedFile("istio.operator.yaml", "sha256:3")]);
        var read = InventoryFile.ReadRevision(InventoryFile.Write(inventory).Span, "inventory.yaml");
        Assert.Equal((inventory.Revision, inventory.Version, inventory.From), (read.Revision, read.Version, read.From));
        Assert.Equal(inventory.Files, read.Files);
        Assert.Equal(inventory.Shared, read.Shared);
        Assert.Equal(inventory.Inputs, read.Inputs);
    }

    [Fact]
    public void A_cluster_inventory_is_read_back()
    {
        var inventory = new ClusterInventory(
            [new InventoryEntry("active/service/istio-system/a.yaml", new("", "Service", "istio-system", "a"), new(ResourceClass.OnceOnly, OncePart.Gateways), "sha256:1", Revision, Version)],
            [new RecordedFile("kustomization.yaml", "sha256:2")]);
        var read = InventoryFile.ReadCluster(InventoryFile.Write(inventory).Span, "inventory.yaml");
        Assert.Equal(inventory.Files, read.Files);
        Assert.Equal(inventory.Delivery, read.Delivery);
    }

    [Fact]
    public void A_lock_file_is_read_back_and_sorted()
    {
        var file = LockFile.Empty.With(Entry("us", "1.30.3")).With(Entry("eu", "1.30.3")).With(Entry("eu", "1.29.6")).With(Entry("eu", "1.30.3"));
        Assert.Equal(["eu 1.29.6", "eu 1.30.3", "us 1.30.3"], file.Entries.Select(entry => $"{entry.Cluster} {entry.Version}"));
        Assert.Equal(file.Entries.AsEnumerable(), LockFile.Read(file.Write().Span, LockFile.Name).Entries);
        Assert.Equal(Entry("us", "1.30.3"), file.Find("us", Revision));
        Assert.Null(file.Find("asia", Revision));
    }

    [Fact]
    public void Archives_are_locked_as_long_as_their_version_is_rendered_somewhere()
    {
        var old = IstioVersion.Parse("1.29.6");
        var file = LockFile.Empty.With(Entry("eu", "1.29.6")).With(Entry("eu", "1.30.3")).With(old, Archive("istioctl-linux", "sha256:1")).With(Version, Archive("istioctl-linux", "sha256:2")).With(Version, Archive("istioctl-mac", "sha256:3"));
        var read = LockFile.Read(file.Write().Span, LockFile.Name);
        Assert.Equal(file.Artifacts.AsEnumerable(), read.Artifacts);
        Assert.Equal(["istioctl-linux sha256:2", "istioctl-mac sha256:3"], read.ArtifactsOf(Version).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"));
        var gone = new LockFile([.. read.Entries.Where(entry => entry.Version != old)], read.Artifacts).With(Version, Archive("istioctl-mac", "sha256:3"));
        Assert.Equal([Version, Version], gone.Artifacts.Select(one => one.Version));
    }

    [Fact]
    public void An_archive_with_two_digests_is_a_damaged_record()
    {
        var twice = LockFile.Empty with { Artifacts = [new LockedArtifact(Version, "a.tgz", "sha256:1"), new LockedArtifact(Version, "a.tgz", "sha256:2")] };
        var error = Assert.Throws<UserException>(() => LockFile.Read(twice.Write().Span, "lock"));
        Assert.Equal("lock: the record is damaged: a.tgz has several digests", error.Message);
    }

    [Theory]
    [InlineData("kind: Other\nspec: {}", "1:1: the record is damaged: its kind is not ClusterInventory")]
    [InlineData("kind: ClusterInventory", "1:1: the record is damaged: it has no spec")]
    [InlineData("kind: ClusterInventory\nspec: { files: 1 }", "2:16: the record is damaged: 'files' must be a list")]
    [InlineData("kind: ClusterInventory\nspec:\n  files:\n  - { path: ../../etc/passwd, revision: a, version: 1.30.3 }", "4:13: the record is damaged: '../../etc/passwd' leaves the folder")]
    [InlineData("kind: ClusterInventory\nspec:\n  files:\n  - { path: /etc/passwd, revision: a, version: 1.30.3 }", "4:13: the record is damaged: '/etc/passwd' leaves the folder")]
    [InlineData("kind: ClusterInventory\nspec:\n  files:\n  - { path: a }", "4:5: the record is damaged: 'revision' must be a text")]
    [InlineData("kind: ClusterInventory\nspec:\n  files:\n  - { path: a, revision: A }", "4:26: the record is damaged: 'A' is not a revision name")]
    [InlineData("kind: [", "1:8: the record is damaged")]
    public void A_damaged_record_is_refused_with_its_place(string text, string expected)
    {
        var error = Assert.Throws<UserException>(() => InventoryFile.ReadCluster(Encoding.UTF8.GetBytes(text), "clusters/eu/inventory.yaml"));
        Assert.StartsWith("clusters/eu/inventory.yaml:", error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"clusters/eu/inventory.yaml:{expected}", error.Message, StringComparison.Ordinal);
    }

    private static ImmutableDictionary<string, string> Archive(string name, string digest) => ImmutableDictionary<string, string>.Empty.Add(name, digest);

    private static LockEntry Entry(string cluster, string version) =>
        new(cluster, RevisionName.Parse(version.Replace('.', '-')), IstioVersion.Parse(version), "vendor/all.yaml", "sha256:1", "sha256:2");
}
