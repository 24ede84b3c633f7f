using System.Collections.Immutable;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>A revision that stands in a cluster's folder.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Version">Its version.</param>
public sealed record InstalledRevision(string Cluster, RevisionName Revision, IstioVersion Version)
{
    /// <summary>The retired places that its images come from.</summary>
    public ImmutableArray<RetiredHost> Hosts { get; init; } = [];
}

/// <summary>One version, and what a person asks about it.</summary>
/// <param name="Version">The version.</param>
/// <param name="IsPublished">Null when what is published could not be listed.</param>
/// <param name="IsInRange">True when the range holds it and nothing forbids it.</param>
/// <param name="Forbidden">Why it must not be installed; null when it may.</param>
/// <param name="Installed">Where it stands.</param>
/// <param name="Support">Whether it still gets fixes.</param>
/// <param name="Kubernetes">The Kubernetes versions that it supports; null when that is not known.</param>
/// <param name="Exposure">The bulletins that affect it.</param>
/// <param name="Tagged">The day on which it was tagged; null when that is not known.</param>
public sealed record VersionRow(
    IstioVersion Version, bool? IsPublished, bool IsInRange, string? Forbidden, ImmutableArray<InstalledRevision> Installed, Support Support, KubernetesRange? Kubernetes, Exposure Exposure, DateOnly? Tagged);

/// <summary>Which versions there are, which are wanted, which stand in Git.</summary>
/// <param name="Rows">The newest first.</param>
/// <param name="Proposed">The version that the range resolves to; null when that is none, or not known.</param>
/// <param name="Hidden">How many published versions were left out.</param>
/// <param name="Notes">What a person should know about what stands in Git.</param>
public sealed record VersionTable(ImmutableArray<VersionRow> Rows, IstioVersion? Proposed, int Hidden, ImmutableArray<VersionNote> Notes)
{
    private const int ShownMinors = 4;

    /// <summary>Makes the table.</summary>
    /// <param name="published">What is published; null when it cannot be listed.</param>
    /// <param name="installed">What stands in Git.</param>
    /// <param name="range">What is wanted.</param>
    /// <param name="never">What <c>spec.istio.never</c> forbids.</param>
    /// <param name="knowledge">What is known of releases.</param>
    /// <param name="today">The day.</param>
    /// <param name="all">False to leave out what is neither wanted, installed, nor the last patch of one of the newest minors.</param>
    public static VersionTable Of(
        ImmutableArray<IstioVersion>? published, ImmutableArray<InstalledRevision> installed, VersionRange range, ImmutableArray<IstioVersion> never, ReleaseKnowledge knowledge, DateOnly today, bool all)
    {
        var listed = published ?? [];
        var newest = listed.Where(version => !version.IsPrerelease).Max();
        VersionRow[] rows =
        [
            .. listed.Concat(installed.Select(one => one.Version)).Distinct().OrderDescending().Select(version =>
            {
                var forbidden = knowledge.NeverInstall.FirstOrDefault(one => one.Version == version)?.Reason ?? (never.Contains(version) ? "spec.istio.never" : null);
                return new VersionRow(
                    version, published?.Contains(version), forbidden is null && range.Contains(version), forbidden,
                    [.. installed.Where(one => one.Version == version)], knowledge.SupportOf(version, today, newest), knowledge.KubernetesOf(version),
                    knowledge.ExposureOf(version, today, newest), knowledge.TaggedOn.TryGetValue(version, out var day) ? day : null);
            }),
        ];
        var lastPatches = listed.Where(version => !version.IsPrerelease).GroupBy(version => (version.Major, version.Minor)).Select(minor => minor.Max()!).OrderDescending().Take(ShownMinors).ToHashSet();
        ImmutableArray<VersionRow> shown = [.. rows.Where(row => all || row.IsInRange || row.Installed.Length > 0 || lastPatches.Contains(row.Version))];
        return new VersionTable(shown, published is null ? null : rows.FirstOrDefault(row => row is { IsInRange: true, IsPublished: true })?.Version, rows.Length - shown.Length, VersionNotes.Of(installed, knowledge, today, newest));
    }
}
