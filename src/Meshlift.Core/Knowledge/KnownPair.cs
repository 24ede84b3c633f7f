using System.Collections.Immutable;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>What a proxy is.</summary>
public enum ProxyKind
{
    /// <summary>Beside a workload.</summary>
    Sidecar,
    /// <summary>At the edge of the mesh.</summary>
    Gateway,
    /// <summary>For a namespace or a service of ambient.</summary>
    Waypoint,
    /// <summary>For a node of ambient.</summary>
    Ztunnel,
}

/// <summary>A control plane and proxies that are known not to work together.</summary>
/// <param name="Id">A name of its own.</param>
/// <param name="ControlPlane">The versions of the control plane.</param>
/// <param name="DataPlane">The versions of the proxies.</param>
/// <param name="Kinds">Which proxies; at least one.</param>
/// <param name="When">What must also be true, which versions do not tell; null: nothing.</param>
/// <param name="Effect">What happens.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Where this is written.</param>
public sealed record KnownPair(string Id, VersionRange ControlPlane, VersionRange DataPlane, ImmutableArray<ProxyKind> Kinds, string? When, string Effect, string Fix, string Source);

/// <summary>Something to look at before a minor, which versions of Istio do not tell.</summary>
/// <param name="Id">A name of its own.</param>
/// <param name="Since">The second number of the minor: 30 for 1.30.</param>
/// <param name="When">When it matters.</param>
/// <param name="Effect">What happens then.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Where this is written.</param>
public sealed record Caution(string Id, int Since, string When, string Effect, string Fix, string Source);

/// <summary>How far a proxy may be from its control plane.</summary>
public enum SkewState
{
    /// <summary>Same minor, or the control plane one ahead.</summary>
    Supported,
    /// <summary>The proxy is newer than its control plane.</summary>
    DataPlaneAhead,
    /// <summary>The control plane is two minors ahead or more.</summary>
    TooFar,
}

/// <summary>What is known of a control plane and a proxy.</summary>
/// <param name="Skew">Whether Istio supports the distance of their versions (istio.io, "Supported releases", control plane and data plane skew).</param>
/// <param name="Known">The bad pairs that they are; empty when none is known, which holds as of the day of the knowledge.</param>
public sealed record PairAnswer(SkewState Skew, ImmutableArray<KnownPair> Known);

public sealed partial record ReleaseKnowledge
{
    /// <summary>What is known of a control plane and a proxy that is connected to it.</summary>
    /// <remarks>A pre-release counts as its release: it was built from the same code.</remarks>
    public PairAnswer PairOf(IstioVersion controlPlane, IstioVersion dataPlane, ProxyKind kind)
    {
        var distance = (controlPlane.Major - dataPlane.Major, controlPlane.Minor - dataPlane.Minor);
        var skew = dataPlane > controlPlane ? SkewState.DataPlaneAhead : distance is (0, <= 1) ? SkewState.Supported : SkewState.TooFar;
        var (control, proxy) = (Released(controlPlane), Released(dataPlane));
        return new PairAnswer(skew, [.. Pairs.Where(pair => pair.Kinds.Contains(kind) && pair.ControlPlane.Contains(control) && pair.DataPlane.Contains(proxy))]);
    }

    /// <summary>What to look at on the way from one version to another: what begins behind the older minor, up to the newer one. The direction does not matter.</summary>
    public ImmutableArray<Caution> CautionsBetween(IstioVersion from, IstioVersion to) => [.. Cautions.Where(caution => IsBetween(caution.Since, from, to))];

    private static IstioVersion Released(IstioVersion version) => version.IsPrerelease ? IstioVersion.Parse($"{version.MinorText}.{version.Patch}") : version;

    private static bool IsBetween(int minor, IstioVersion from, IstioVersion to)
    {
        var (older, newer) = from < to ? (from, to) : (to, from);
        var since = (1, minor);
        return since.CompareTo((older.Major, older.Minor)) > 0 && since.CompareTo((newer.Major, newer.Minor)) <= 0;
    }
}
