using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Classifying;

public sealed class ClassifierTests
{
    [Theory]
    [InlineData("istiod-1-30-3", "1-30-3", true)]
    [InlineData("istiod-clusterrole-1-30-3-istio-system", "1-30-3", true)]
    [InlineData("stats-filter-1.10-1-10-6", "1-10-6", true)]
    [InlineData("stable-channel-policy-1-30-3.istio.io", "1-30-3", true)]
    [InlineData("istiod-1-30-30", "1-30-3", false)]
    [InlineData("istiod-11-30-3", "1-30-3", false)]
    [InlineData("1-30-3", "1-30-3", false)]
    [InlineData("istiod", "1-30-3", false)]
    [InlineData("istiod-default-validator", "default", false)]
    [InlineData("istiod-istio130", "istio130", true)]
    public void A_name_carries_a_revision_as_a_whole_word(string name, string revision, bool expected) =>
        Assert.Equal(expected, Classifier.CarriesRevision(name, RevisionName.Parse(revision)));

    /// <summary>Held against what really differs between two revisions of one version: the counts that were measured on the renderers' output.</summary>
    [IstioDataTheory]
    [InlineData("1.10.6", 15, 22 + 29)]
    [InlineData("1.11.8", 27, 21 + 29)]
    [InlineData("1.29.6", 18, 15 + 35)]
    [InlineData("1.30.3", 18, 16 + 35)]
    public void Counts_are_those_of_the_real_renderings(string version, int perRevision, int shared)
    {
        var revision = RevisionName.Parse(version.Replace('.', '-'));
        var set = ManifestSet.Create(ManifestStream.Split(IstioData.Read($"manifests/{version}/full.yaml"), version));
        var counts = ClassifiedResource.Of(set, revision).CountBy(one => one.Class.Class == ResourceClass.PerRevision).ToDictionary();
        Assert.Equal((perRevision, shared), (counts[true], counts[false]));
    }

    [IstioDataTheory]
    [InlineData("1.29.6"), InlineData("1.30.3")]
    public void Every_part_of_a_full_installation_is_known(string version)
    {
        var revision = RevisionName.Parse(version.Replace('.', '-'));
        var set = ManifestSet.Create(ManifestStream.Split(IstioData.Read($"manifests/{version}/full.yaml"), version));
        var parts = ClassifiedResource.Of(set, revision).Where(one => one.Class.Class == ResourceClass.OnceOnly).CountBy(one => one.Class.Part).ToDictionary();
        Assert.Equal(new Dictionary<OncePart, int> { [OncePart.Tags] = 4, [OncePart.Cni] = 9, [OncePart.Ztunnel] = 2, [OncePart.Gateways] = 20 }, parts);
    }

    /// <summary>An unrevisioned rendering has the same classes as a revisioned one, resource by resource.</summary>
    [IstioDataTheory]
    [InlineData("1.10.6"), InlineData("1.11.8"), InlineData("1.28.10"), InlineData("1.29.6"), InlineData("1.30.3")]
    public void Without_a_revision_the_classes_are_the_same(string version)
    {
        var revision = version.Replace('.', '-');
        var with = Classes("default-rev", revision).Select(one => (Without(one.Resource.Identity, revision), one.Class));
        var without = Classes("default-norev", "default").Select(one => (one.Resource.Identity, one.Class));
        // The chart names this one differently when there is no revision, and not only by a suffix.
        Assert.Equal(without.OrderBy(one => one.Identity), with.OrderBy(one => one.Item1));

        IEnumerable<ClassifiedResource> Classes(string flavour, string name) =>
            ClassifiedResource.Of(ManifestSet.Create(ManifestStream.Split(IstioData.Read($"manifests/{version}/{flavour}.yaml"), flavour)), RevisionName.Parse(name));
    }

    [Fact]
    public void A_stream_of_another_revision_is_refused()
    {
        var set = ManifestSet.Create(ManifestStream.Split("""
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: istio-1-29-6, labels: { istio.io/rev: 1-29-6 } }
            """u8.ToArray(), "all.yaml"));
        var refused = Assert.Throws<UserException>(() => ClassifiedResource.Of(set, RevisionName.Parse("1-30-3")));
        Assert.Equal("the manifests were rendered for the revision '1-29-6', not for '1-30-3'", refused.Message);
        Assert.Contains("${revision}", refused.Remedy, StringComparison.Ordinal);
    }

    private static ResourceIdentity Without(ResourceIdentity identity, string revision) => identity with { Name = identity.Name.Replace($"-{revision}", "", StringComparison.Ordinal) };
}
