using System.Globalization;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>What is known of the versions that run.</summary>
/// <param name="knowledge">The knowledge.</param>
/// <param name="today">The day.</param>
/// <param name="newest">The newest version that is published; null when that is not known.</param>
public sealed class VersionRemarks(ReleaseKnowledge knowledge, DateOnly today, IstioVersion? newest)
{
    private const int MostBulletins = 2;

    /// <summary>What a person should know about a revision: its control plane, and each version of its proxies, since a proxy under a newer control plane keeps its own holes.</summary>
    public IEnumerable<string> On(RevisionStatus revision)
    {
        if (revision.Plane is null) yield return "its control plane is gone";
        else if (!revision.Plane.IsReady) yield return revision.Plane.IsRolling ? "its control plane is rolling" : "its control plane is not ready";
        var versions = revision.Versions.Select(one => one.Version).Append(revision.Plane?.Version).OfType<IstioVersion>().Distinct().OrderDescending().ToList();
        if (revision.Versions.Any(one => one.Version is null) || (revision.Plane is not null && revision.Plane.Version is null)) yield return "a version is unknown: an image has no version in its tag";
        var exposed = versions.SelectMany(version => knowledge.ExposureOf(version, today, newest).Affecting).DistinctBy(answer => answer.Bulletin.Id, StringComparer.Ordinal).OrderByDescending(answer => answer.Bulletin.Published).ToList();
        if (exposed.Count > 0)
            yield return "exposed to " + string.Join(", ", exposed.Take(MostBulletins).Select(answer => answer.Bulletin.ShortId)) + (exposed.Count > MostBulletins ? string.Create(CultureInfo.InvariantCulture, $", +{exposed.Count - MostBulletins}") : "");
        foreach (var version in versions.DistinctBy(version => version.MinorText, StringComparer.Ordinal))
        {
            var support = knowledge.SupportOf(version, today, newest);
            if (support.State == SupportState.Ended) yield return $"{version.MinorText} {support.Text}";
            else if (support.State == SupportState.Unknown) yield return $"{version.MinorText} support {support.Text}";
        }
        foreach (var host in Images(revision).Select(knowledge.Hosts.Find).OfType<RetiredHost>().DistinctBy(host => host.Place, StringComparer.Ordinal)) yield return $"images from {host.Place}, switched off in {host.Since}";
        if (revision.Plane?.Version is not { } plane) yield break;
        foreach (var (version, kind) in revision.Proxies)
        {
            var answer = knowledge.PairOf(plane, version, kind);
            foreach (var pair in answer.Known) yield return $"{kind.ToString().ToLowerInvariant()} {version} under {plane}: {pair.Effect}";
            if (answer.Skew == SkewState.DataPlaneAhead) yield return $"{kind.ToString().ToLowerInvariant()} {version} is ahead of its control plane {plane}";
            else if (answer.Skew == SkewState.TooFar) yield return $"{kind.ToString().ToLowerInvariant()} {version} is too far behind its control plane {plane}";
        }
    }

    private static IEnumerable<string> Images(RevisionStatus revision) => revision.Plane is { Image: { Length: > 0 } image } ? revision.Images.Append(image) : revision.Images;
}
