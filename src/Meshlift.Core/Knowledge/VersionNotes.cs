using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>What a note is about.</summary>
public enum VersionNoteKind
{
    /// <summary>The version must never be installed.</summary>
    NeverInstall,
    /// <summary>Bulletins affect the version.</summary>
    Exposed,
    /// <summary>The version gets no fixes any more, so that it counts as exposed.</summary>
    OutOfSupport,
    /// <summary>It is not known whether the version gets fixes.</summary>
    SupportUnknown,
    /// <summary>Images come from a place that is switched off, or will be.</summary>
    RetiredHost,
    /// <summary>Revisions of one cluster are known not to work together.</summary>
    KnownBadPair,
}

/// <summary>Something that a person should know about what stands in Git.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Revisions">The revisions; of a pair, the control plane first.</param>
/// <param name="Text">What, in words.</param>
public sealed record VersionNote(VersionNoteKind Kind, ImmutableArray<InstalledRevision> Revisions, string Text);

/// <summary>Finds what a person should know about what stands in Git.</summary>
public static class VersionNotes
{
    private const int ShownBulletins = 3;

    /// <summary>The notes: those of versions, the newest first, then those of hosts and of pairs.</summary>
    /// <param name="installed">What stands in Git.</param>
    /// <param name="knowledge">What is known.</param>
    /// <param name="today">The day.</param>
    /// <param name="newest">The newest version that is published; null when that is not known.</param>
    public static ImmutableArray<VersionNote> Of(ImmutableArray<InstalledRevision> installed, ReleaseKnowledge knowledge, DateOnly today, IstioVersion? newest) =>
    [
        .. installed.GroupBy(one => one.Version).OrderByDescending(group => group.Key).SelectMany(group => OfVersion(group.Key, [.. group], knowledge, today, newest)),
        .. installed.SelectMany(one => one.Hosts.Select(host => (one, host))).GroupBy(pair => (pair.one.Version, pair.host))
            .Select(group => new VersionNote(VersionNoteKind.RetiredHost, [.. group.Select(pair => pair.one)], $"{group.Key.host.Place} is switched off in {group.Key.host.Since}; {group.Key.host.Replacement} has the same")),
        .. installed.GroupBy(one => one.Cluster, StringComparer.Ordinal).SelectMany(cluster => Pairs([.. cluster], knowledge)),
    ];

    private static IEnumerable<VersionNote> OfVersion(IstioVersion version, ImmutableArray<InstalledRevision> where, ReleaseKnowledge knowledge, DateOnly today, IstioVersion? newest)
    {
        if (knowledge.NeverInstall.FirstOrDefault(one => one.Version == version) is { } never) yield return new VersionNote(VersionNoteKind.NeverInstall, where, $"must not be installed: {never.Reason}");
        var affecting = knowledge.ExposureOf(version, today, newest).Affecting;
        if (affecting.Length > 0)
        {
            var shown = affecting.Take(ShownBulletins).Select(answer => answer.Bulletin.Cvss is { } score ? string.Create(CultureInfo.InvariantCulture, $"{answer.Bulletin.ShortId} (CVSS {score})") : answer.Bulletin.ShortId);
            yield return new VersionNote(VersionNoteKind.Exposed, where, "exposed to " + string.Join(", ", shown) + (affecting.Length > ShownBulletins ? string.Create(CultureInfo.InvariantCulture, $", +{affecting.Length - ShownBulletins} more") : ""));
        }
        var support = knowledge.SupportOf(version, today, newest);
        if (support.State == SupportState.Ended) yield return new VersionNote(VersionNoteKind.OutOfSupport, where, $"out of support: {support.Text}; bulletins do not list it any more");
        if (support.State == SupportState.Unknown) yield return new VersionNote(VersionNoteKind.SupportUnknown, where, $"support {support.Text}");
    }

    private static IEnumerable<VersionNote> Pairs(ImmutableArray<InstalledRevision> cluster, ReleaseKnowledge knowledge) =>
        from control in cluster
        from proxy in cluster
        where control.Version != proxy.Version
        from pair in Enum.GetValues<ProxyKind>().SelectMany(kind => knowledge.PairOf(control.Version, proxy.Version, kind).Known).Distinct()
        let kinds = string.Join(" or ", pair.Kinds.Select(kind => kind.ToString().ToLowerInvariant()))
        let when = pair.When is null ? "" : $" when {pair.When}"
        select new VersionNote(VersionNoteKind.KnownBadPair, [control, proxy], $"a {kinds} of {proxy.Version} at the control plane {control.Version}: {pair.Effect}{when}; {pair.Fix}");
}
