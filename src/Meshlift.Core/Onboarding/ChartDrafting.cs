using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Charts;
using Meshlift.Core.Findings;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>What releases of Istio's charts become in the configuration.</summary>
/// <param name="Charts">The charts.</param>
/// <param name="Files">Files for the values that stood in the releases themselves.</param>
/// <param name="Planes">The control planes that they install.</param>
/// <param name="Findings">What a person should know.</param>
internal sealed record ChartChoice(DraftCharts Charts, ImmutableArray<DraftFile> Files, ImmutableArray<(RevisionName Revision, IstioVersion? Version)> Planes, ImmutableArray<Finding> Findings);

/// <summary>Turns releases of Istio's charts into configuration.</summary>
internal static class ChartDrafting
{
    private const string UsualSource = "https://blob.istio.io/istio-release/charts";

    public static ChartChoice Choose(RepositoryShape shape)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var files = ImmutableArray.CreateBuilder<DraftFile>();
        var planes = shape.Charts.Where(release => release.Chart == IstioChart.Istiod)
            .Select(release => (Release: release, Revision: RevisionOf(release), Version: VersionOf(release, shape))).OrderBy(plane => plane.Version).ToList();
        var newest = planes.Count > 0 ? planes[^1] : (Release: shape.Charts[0], Revision: RevisionName.Default, Version: VersionOf(shape.Charts[0], shape));
        var chosen = Chosen(shape, newest.Release, findings).ToList();
        var source = newest.Release.Source ?? chosen.Select(release => release.Source).FirstOrDefault(one => one is not null);
        if (source is null) findings.Add(new Finding("ML1052", Severity.Warning, $"where its charts come from is not seen, so {UsualSource} is taken", newest.Release.Path));
        foreach (var other in chosen.Where(release => release.Source is not null && release.Source != source))
            findings.Add(new Finding("ML1051", Severity.Warning, $"{other} comes from {other.Source}, and all charts come from one place: {source}", other.Path));
        var @namespace = newest.Release.Namespace ?? "istio-system";
        var charts = chosen.Select(release => new DraftChart(
            release.Chart,
            release.Name == release.Chart.DefaultRelease ? null : release.Name,
            release.Chart != IstioChart.Gateway && (release.Namespace ?? @namespace) == @namespace ? null : release.Namespace ?? @namespace,
            [.. release.ValuesFiles, .. Written(release, newest.Revision, newest.Version, files)])).ToImmutableArray();
        findings.AddRange(chosen.SelectMany(Hidden));
        return new ChartChoice(
            new DraftCharts(source ?? UsualSource, @namespace, charts),
            files.DrainToImmutable(),
            planes.Count > 0 ? [.. planes.Select(plane => (plane.Revision, plane.Version)).Distinct()] : [(newest.Revision, newest.Version)],
            findings.DrainToImmutable());
    }

    /// <summary>One release for each chart and gateway; of several, those beside the newest control plane.</summary>
    private static IEnumerable<ChartRelease> Chosen(RepositoryShape shape, ChartRelease newest, ImmutableArray<Finding>.Builder findings)
    {
        var groups = shape.Charts.GroupBy(release => (release.Chart, Gateway: release.Chart == IstioChart.Gateway ? $"{release.Namespace}/{release.Name}" : ""))
            .OrderBy(group => group.Key.Chart.ReleaseFolder, StringComparer.Ordinal).ThenBy(group => group.Key.Gateway, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var release = group.FirstOrDefault(one => one == newest) ?? group.FirstOrDefault(one => one.Path == newest.Path) ?? group.First();
            foreach (var other in group.Where(other => other != release && !SameValues(other, release)))
                findings.Add(new Finding(
                    "ML1051", Severity.Warning, $"{other} has other values than the one in {release.Path}, and one set of values renders for every cluster and revision; what must differ becomes a patch of the revision or cluster", other.Path));
            yield return release;
        }
    }

    private static bool SameValues(ChartRelease a, ChartRelease b) =>
        YamlEquality.Instance.Equals(a.Values?.Without("revision"), b.Values?.Without("revision")) && a.ValuesFiles.SequenceEqual(b.ValuesFiles, StringComparer.Ordinal);

    /// <summary>The values that stand in a release itself, as a file.</summary>
    private static IEnumerable<string> Written(ChartRelease release, RevisionName revision, IstioVersion? version, ImmutableArray<DraftFile>.Builder files)
    {
        if (release.Values is not { } values) return [];
        // Meshlift gives these itself. A gateway may follow a tag instead, which is then its own.
        if (release.Chart == IstioChart.Base) values = values.Without("defaultRevision");
        if (release.Chart != IstioChart.Gateway || values["revision"]?.ToString() == revision.Value) values = values.Without("revision");
        if (values.Entries.IsEmpty) return [];
        var path = $"istio/values/{release.Name}.yaml";
        // Two gateways in two namespaces may have one name.
        if (files.Any(file => file.Path == path)) path = $"istio/values/{release.Namespace}-{release.Name}.yaml";
        var text = CanonicalYaml.Write(version is null ? values : Following(values, version.ToString()));
        files.Add(new DraftFile(path, Encoding.UTF8.GetBytes($"# Values of {release}, as they stood in {release.Path}\n{Encoding.UTF8.GetString(text.Span)}"), $"the values in {release.Path} for {release}"));
        return [path];
    }

    /// <summary>The values with <c>${version}</c> where the version itself stands, so that the next one is not rendered with this one's images.</summary>
    private static YamlMapping Following(YamlMapping values, string version) => new([.. values.Entries.Select(entry => entry with
    {
        Value = entry.Value switch
        {
            YamlMapping mapping => Following(mapping, version),
            YamlScalar { AsString: { } text } when text == version => "${version}",
            var other => other,
        },
    })]);

    private static IEnumerable<Finding> Hidden(ChartRelease release)
    {
        foreach (var unseen in release.Unseen)
            yield return new Finding("ML1052", Severity.Warning, $"{release} also takes values from {unseen}, which cannot be seen from here; put them into a file of values and name it in spec.istio.charts", release.Path);
        if (release.Values is not null && Encoding.UTF8.GetString(CanonicalYaml.Write(release.Values).Span) is var text && (text.Contains("${", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal)))
            yield return new Finding("ML1052", Severity.Warning, $"the values of {release} hold variables whose values cannot be seen from here; fill them in", release.Path);
    }

    private static RevisionName RevisionOf(ChartRelease release) => IstioObjects.Parse(release.Values?["revision"]?.ToString()) ?? RevisionName.Default;

    private static IstioVersion? VersionOf(ChartRelease release, RepositoryShape shape)
    {
        if (IstioVersion.TryParse(release.Version, out var version)) return version;
        // Charts of one source and release are of one version.
        return release.Version is null ? shape.Charts.Where(other => other.Path == release.Path).Select(other => IstioVersion.TryParse(other.Version, out var own) ? own : null).FirstOrDefault(own => own is not null) : null;
    }
}
