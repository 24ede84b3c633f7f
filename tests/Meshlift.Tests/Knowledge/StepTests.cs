using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Knowledge;

/// <summary>Steps, pairs, behaviour: what a planner asks.</summary>
public sealed class StepTests
{
    private static readonly ReleaseKnowledge Known = ReleaseKnowledge.BuiltIn;

    [Theory]
    [InlineData("1.29.6", "1.30.3", StepMode.InPlace, true, StepRule.None, "")]
    [InlineData("1.30.2", "1.30.3", StepMode.InPlace, true, StepRule.None, "")]
    [InlineData("1.30.3", "1.30.3", StepMode.InPlace, true, StepRule.None, "")]
    [InlineData("1.28.0", "1.30.3", StepMode.InPlace, false, StepRule.TooManyMinors, "1.29")]
    [InlineData("1.28.0", "1.30.3", StepMode.Revision, false, StepRule.None, "")]
    [InlineData("1.28.0", "1.30.3", StepMode.Revision, true, StepRule.TooManyMinors, "1.29")]
    [InlineData("1.27.0", "1.30.3", StepMode.Revision, false, StepRule.TooManyMinors, "1.28")]
    [InlineData("1.25.0", "1.30.3", StepMode.Revision, false, StepRule.TooManyMinors, "1.26 1.28")]
    [InlineData("1.27.0", "1.30.3", StepMode.InPlace, false, StepRule.TooManyMinors, "1.28 1.29")]
    [InlineData("1.30.3", "1.30.2", StepMode.InPlace, false, StepRule.DataPlaneAhead, "")]
    [InlineData("1.30.3", "1.29.6", StepMode.InPlace, false, StepRule.DataPlaneAhead, "")]
    [InlineData("1.30.3", "1.29.6", StepMode.Revision, true, StepRule.None, "")]
    [InlineData("1.30.3", "1.27.6", StepMode.Revision, false, StepRule.TooManyMinors, "1.29")]
    [InlineData("1.31.0-rc.0", "1.31.0", StepMode.InPlace, true, StepRule.None, "")]
    [InlineData("1.13.5", "1.13.6", StepMode.InPlace, false, StepRule.NeverInstall, "")]
    [InlineData("1.31.0", "2.0.0", StepMode.Revision, false, StepRule.MajorVersion, "")]
    public void A_step_is_legal_or_refused_by_a_rule(string from, string to, StepMode mode, bool hasAmbient, StepRule rule, string via)
    {
        var step = Known.Step(IstioVersion.Parse(from), IstioVersion.Parse(to), mode, hasAmbient);
        Assert.Equal((rule, via), (step.Rule, string.Join(' ', step.Via)));
        Assert.Equal(step.IsLegal, step.Text.Length == 0 && step.Remedy.Length == 0);
        foreach (var (a, b) in new[] { from }.Concat(step.Via.Select(minor => minor + ".0")).Append(to).Zip(step.Via.Select(minor => minor + ".0").Append(to)))
            if (step.Via.Length > 0) Assert.True(Known.Step(IstioVersion.Parse(a), IstioVersion.Parse(b), mode, hasAmbient).IsLegal, $"{a} to {b}");
    }

    [Theory]
    [InlineData("1.30.1", "1.29.1", ProxyKind.Sidecar, SkewState.Supported, "hbone-listener-1.30")]
    [InlineData("1.30.2", "1.29.1", ProxyKind.Sidecar, SkewState.Supported, "")]
    [InlineData("1.30.1", "1.29.2", ProxyKind.Waypoint, SkewState.Supported, "")]
    [InlineData("1.30.1", "1.29.1", ProxyKind.Gateway, SkewState.Supported, "")]
    [InlineData("1.30.0-rc.0", "1.29.1", ProxyKind.Waypoint, SkewState.Supported, "hbone-listener-1.30")]
    [InlineData("1.29.4", "1.29.1", ProxyKind.Waypoint, SkewState.Supported, "hbone-listener-1.29")]
    [InlineData("1.29.0", "1.27.0", ProxyKind.Ztunnel, SkewState.TooFar, "ztunnel-service-entry-none ztunnel-dry-run-enforced")]
    [InlineData("1.29.0", "1.30.0", ProxyKind.Sidecar, SkewState.DataPlaneAhead, "")]
    [InlineData("1.30.2", "1.30.3", ProxyKind.Sidecar, SkewState.DataPlaneAhead, "")]
    public void A_pair_is_known_by_its_patches(string control, string data, ProxyKind kind, SkewState skew, string ids)
    {
        var answer = Known.PairOf(IstioVersion.Parse(control), IstioVersion.Parse(data), kind);
        Assert.Equal((skew, ids), (answer.Skew, string.Join(' ', answer.Known.Select(pair => pair.Id))));
    }

    [Fact]
    public void Behaviour_changes_with_minors_in_both_directions()
    {
        string Settings(string from, string to) => string.Join(' ', Known.FlipsBetween(IstioVersion.Parse(from), IstioVersion.Parse(to)).Where(flip => flip.IsCoveredByCompatibility).Select(flip => flip.Setting));
        Assert.Equal("PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE", Settings("1.29.6", "1.30.3"));
        Assert.Equal(Settings("1.26.0", "1.29.0"), Settings("1.29.6", "1.26.8"));
        Assert.StartsWith("ENABLE_NATIVE_SIDECARS ", Settings("1.26.0", "1.29.0"), StringComparison.Ordinal);
        Assert.Empty(Settings("1.30.0", "1.30.3"));
        Assert.Equal(["gateway-api-crds"], Known.CautionsBetween(IstioVersion.Parse("1.29.6"), IstioVersion.Parse("1.30.3")).Select(caution => caution.Id));
    }

    [Fact]
    public void Kubernetes_must_suit_both_versions()
    {
        Assert.True(Known.KubernetesOfBoth(IstioVersion.Parse("1.29.6"), IstioVersion.Parse("1.30.3"), out var range));
        Assert.Equal("1.32-1.35", range?.ToString());
        Assert.True(Known.KubernetesOfBoth(IstioVersion.Parse("1.24.6"), IstioVersion.Parse("1.30.3"), out range));
        Assert.Null(range);
        Assert.False(Known.KubernetesOfBoth(IstioVersion.Parse("1.30.3"), IstioVersion.Parse("1.35.0"), out _));
    }

    [Fact]
    public void A_cluster_with_a_pair_that_does_not_work_is_told_once()
    {
        InstalledRevision At(string cluster, string version) => new(cluster, RevisionName.Parse(version.Replace('.', '-')), IstioVersion.Parse(version));
        var notes = VersionNotes.Of([At("eu", "1.29.1"), At("eu", "1.30.1"), At("us", "1.29.1"), At("asia", "1.30.1"), At("asia", "1.14.2")], Known, new DateOnly(2026, 9, 1), newest: null);
        var pair = Assert.Single(notes, note => note.Kind == VersionNoteKind.KnownBadPair && note.Revisions[0].Cluster == "eu");
        Assert.Equal("1-30-1 1-29-1", string.Join(' ', pair.Revisions.Select(one => one.Revision)));
        Assert.Equal("a sidecar or waypoint of 1.29.1 at the control plane 1.30.1: the proxy refuses its listener and does not become ready when the proxy speaks HBONE; take 1.30.2 or later for the control plane", pair.Text);
        Assert.DoesNotContain(notes, note => note.Kind == VersionNoteKind.KnownBadPair && note.Revisions[0].Cluster == "us");
        Assert.Equal("must not be installed: ISTIO-SECURITY-2022-006", notes.Single(note => note.Kind == VersionNoteKind.NeverInstall).Text);
    }

    [Theory]
    [InlineData("image: gcr.io/istio-release/pilot:1.30.3", "gcr.io/istio-release")]
    [InlineData("\"hub\": \"registry.istio.io\"", "registry.istio.io")]
    [InlineData("url: https://registry.istio.io/release", "registry.istio.io")]
    [InlineData("gcr.io/istio-release", "gcr.io/istio-release")]
    [InlineData("image: mirror.example.com/gcr.io/istio-release/pilot", null)]
    [InlineData("image: eu.gcr.io/istio-release/pilot", null)]
    [InlineData("image: gcr.io/istio-release-mirror/pilot", null)]
    public void A_retired_place_is_found_in_a_text(string text, string? place) => Assert.Equal(place, Known.Hosts.NamedIn(text).Select(host => host.Place).FirstOrDefault());
}
