using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>A release of one of Istio's own charts, as a repository asks its delivery engine for it.</summary>
/// <param name="Chart">The chart.</param>
/// <param name="Name">The name of the Helm release.</param>
/// <param name="Namespace">Its namespace; null when the repository does not say.</param>
/// <param name="Version">The chart's version as it is written, variables filled in; null when none is asked for.</param>
/// <param name="Source">Where the chart comes from, in the form of <c>spec.istio.charts.source</c>; null when that is not seen.</param>
/// <param name="Values">Values that stand in the release itself; null for none.</param>
/// <param name="ValuesFiles">Files of values in the repository, in order.</param>
/// <param name="Unseen">What else gives it values, and cannot be seen from here: <c>the Secret istio-values</c>.</param>
/// <param name="Path">The file that it stands in.</param>
public sealed record ChartRelease(
    IstioChart Chart, string Name, string? Namespace, string? Version, string? Source, YamlMapping? Values, ImmutableArray<string> ValuesFiles, ImmutableArray<string> Unseen, string Path)
{
    private static readonly IstioChart[] Known = [IstioChart.Base, IstioChart.Istiod, IstioChart.Cni, IstioChart.Ztunnel, IstioChart.Gateway];

    /// <summary>The chart of a name; null for a chart that is not Istio's.</summary>
    internal static IstioChart? ChartOf(string? name) => Known.FirstOrDefault(chart => chart.Name == name);

    /// <summary>For people: <c>istiod (chart istiod)</c>.</summary>
    public override string ToString() => $"{Name} (chart {Chart})";

    /// <summary>Only those that are Istio's: <c>base</c>, <c>cni</c> and <c>gateway</c> are names that others use, too.</summary>
    internal static IEnumerable<ChartRelease> OfIstio(IReadOnlyCollection<ChartRelease> found)
    {
        var sources = found.Where(release => release.Chart == IstioChart.Istiod || IsIstios(release.Source)).Select(release => release.Source).ToHashSet(StringComparer.Ordinal);
        return found.Where(release => sources.Contains(release.Source));
    }

    private static bool IsIstios(string? source) => source?.Contains("istio", StringComparison.OrdinalIgnoreCase) == true;
}
