using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>How a control plane comes to its next version.</summary>
public enum StepMode
{
    /// <summary>The new one takes the old one's place, and all its proxies.</summary>
    InPlace,
    /// <summary>The new one stands beside the old one, and proxies move one by one.</summary>
    Revision,
}

/// <summary>The rule that refuses a step.</summary>
public enum StepRule
{
    /// <summary>None: the step is legal.</summary>
    None,
    /// <summary>The version must never be installed.</summary>
    NeverInstall,
    /// <summary>Nothing is known of steps between major versions.</summary>
    MajorVersion,
    /// <summary>In place, proxies would be newer than their control plane.</summary>
    DataPlaneAhead,
    /// <summary>More minors at once than Istio tests.</summary>
    TooManyMinors,
}

/// <summary>Whether a step is legal.</summary>
/// <param name="Rule">The rule that refuses it; <see cref="StepRule.None"/> when it is legal.</param>
/// <param name="Text">Why it is refused, in words; empty when it is legal.</param>
/// <param name="Remedy">What to do instead; empty when it is legal.</param>
/// <param name="Via">The minors to stop at on the way, such as <c>1.29</c>; empty when that does not help.</param>
public sealed record StepAnswer(StepRule Rule, string Text, string Remedy, ImmutableArray<string> Via)
{
    /// <summary>True when no rule refuses it.</summary>
    public bool IsLegal => Rule == StepRule.None;
}

public sealed partial record ReleaseKnowledge
{
    /// <summary>Whether one control plane may follow another.</summary>
    /// <remarks>
    /// In place, one minor at a time; beside the old one, two, which is what Istio's own tests do (TestCanaryUpgradeFromTwoMinorRelease). Where CNI or ztunnel
    /// run, one: they exist once for all revisions and are only tested with the minor before. What a version does to its Kubernetes is
    /// <see cref="KubernetesOfBoth"/>, what it does to its proxies <see cref="PairOf"/>.
    /// </remarks>
    /// <param name="from">The version that runs.</param>
    /// <param name="to">The version that is wanted; older than <paramref name="from"/> on the way back.</param>
    /// <param name="mode">How.</param>
    /// <param name="hasAmbient">True when CNI or ztunnel run in the cluster; true also when that is not known.</param>
    public StepAnswer Step(IstioVersion from, IstioVersion to, StepMode mode, bool hasAmbient)
    {
        if (NeverInstall.FirstOrDefault(one => one.Version == to) is { } never) return Refused(StepRule.NeverInstall, $"Istio {to} must not be installed: {never.Reason}", $"take a later patch of {to.MinorText}");
        if (from.Major != to.Major) return Refused(StepRule.MajorVersion, $"nothing is known of a step from {from} to {to}", "follow the instructions of that release");
        if (mode == StepMode.InPlace && to < from)
            return Refused(StepRule.DataPlaneAhead, $"in place, the proxies of {from} would be newer than their control plane {to}", $"install {to} beside it as a revision, and move the workloads first");
        var most = mode == StepMode.Revision && !hasAmbient ? 2 : 1;
        var distance = Math.Abs(to.Minor - from.Minor);
        if (distance <= most) return new StepAnswer(StepRule.None, "", "", []);
        var direction = Math.Sign(to.Minor - from.Minor);
        // Stops are counted from the target, so that the first step is the one that may be shorter.
        ImmutableArray<string> via = [.. Enumerable.Range(1, (distance - 1) / most).Reverse().Take(MostStops).Select(stop => string.Create(CultureInfo.InvariantCulture, $"{to.Major}.{to.Minor - (direction * stop * most)}"))];
        var why = mode == StepMode.InPlace ? "in place, one minor at a time" : hasAmbient ? "with CNI or ztunnel, one minor at a time" : "two minors at a time";
        return Refused(StepRule.TooManyMinors, $"{from} to {to} are {distance} minors: {why}", $"go by {string.Join(", ", via)}", via);
    }

    /// <summary>The Kubernetes versions that both versions support, as a cluster in the middle of a step needs.</summary>
    /// <param name="from">One version.</param>
    /// <param name="to">The other one.</param>
    /// <param name="range">The versions; null when there is none.</param>
    /// <returns>False when what one of them supports is not known.</returns>
    public bool KubernetesOfBoth(IstioVersion from, IstioVersion to, out KubernetesRange? range)
    {
        range = null;
        if (KubernetesOf(from) is not { } one || KubernetesOf(to) is not { } other) return false;
        var (oldest, newest) = (Math.Max(one.Oldest, other.Oldest), Math.Min(one.Newest, other.Newest));
        if (oldest <= newest) range = new KubernetesRange(oldest, newest);
        return true;
    }

    private const int MostStops = 100;

    private static StepAnswer Refused(StepRule rule, string text, string remedy, ImmutableArray<string>? via = null) => new(rule, text, remedy, via ?? []);
}
