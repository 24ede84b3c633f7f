using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>Which files and folders of the repository a rendering depends on, beside the configuration and the patches.</summary>
internal static class RendererInputs
{
    /// <summary>Their paths, relative to the folder of the configuration.</summary>
    public static IEnumerable<string> Of(IstioSpec istio, IstioVersion version)
    {
        var revision = istio.Revision.For(version);
        if (istio.Manifests is { IsUrl: false } manifests) yield return manifests.For(version, revision);
        foreach (var path in istio.Operators) yield return path.Value;
        if (istio.SigningKey is { } key && !key.Contains("://", StringComparison.Ordinal)) yield return key;
        if (istio.Charts is not { } charts) yield break;
        if (charts.Source is ChartSource.Folder { Place: { IsUrl: false } place }) yield return place.For(version, revision);
        foreach (var path in charts.Components().SelectMany(component => component.Spec.Values).Concat(charts.Gateways.SelectMany(gateway => gateway.Values))) yield return path.Value;
    }
}
