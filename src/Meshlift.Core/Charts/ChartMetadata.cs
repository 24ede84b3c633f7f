using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Charts;

/// <summary>What a chart says of itself in its <c>Chart.yaml</c>.</summary>
/// <param name="Name">The chart's name.</param>
/// <param name="Version">The chart's version.</param>
/// <param name="AppVersion">The version of what it installs; null when it is not said.</param>
public sealed record ChartMetadata(string Name, string Version, string? AppVersion)
{
    /// <summary>The largest <c>Chart.yaml</c>, in bytes.</summary>
    public const int Largest = 1 << 20;

    /// <summary>Reads a <c>Chart.yaml</c>.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="UserException">It is no YAML, or does not say what chart it is of.</exception>
    public static ChartMetadata Read(ReadOnlySpan<byte> utf8, string place)
    {
        try
        {
            var root = YamlReader.Read(utf8) as YamlMapping;
            return root?["name"] is YamlScalar { AsString: { } name } && root["version"] is YamlScalar { AsString: { } version }
                ? new ChartMetadata(name, version, (root["appVersion"] as YamlScalar)?.AsString)
                : throw new UserException(ErrorKind.Input, $"{place}:{root?.Span?.Start.ToString() ?? "1:1"}: it does not say the chart's name and version", "take the chart as Istio publishes it");
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{place}:{e.Position}: {e.Message}", e.Remedy, e);
        }
    }

    /// <summary>Refuses a chart that is another one, or of another version: it would render something else under the wanted version's name.</summary>
    /// <remarks>Charts that a team changed keep Istio's version as the version of what they install, so either counts.</remarks>
    /// <param name="chart">What is wanted.</param>
    /// <param name="version">What is wanted.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="UserException">It is not the wanted one.</exception>
    public void Check(IstioChart chart, IstioVersion version, string place)
    {
        if (Name != chart.Name)
            throw new UserException(ErrorKind.Input, $"{place}: this is the chart {Quoted.Text(Name)}, not {chart.Name}", "put each chart into a folder of its own name");
        if (IsVersion(Version, version) || IsVersion(AppVersion, version)) return;
        var isPlaceholder = IstioVersion.TryParse(Version, out var own) && own is { Major: 1, Minor: 0, Patch: 0 };
        throw new UserException(
            ErrorKind.Input,
            $"{place}: the chart {chart.Name} is of version {Quoted.Text(Version)}, not {version}",
            isPlaceholder
                ? "charts in Istio's Git repository are no release: they name test images; take them from a release's archive, or from a chart repository"
                : "put that version's charts there, with ${version} in spec.istio.charts.source to keep several");
    }

    private static bool IsVersion(string? text, IstioVersion version) => IstioVersion.TryParse(text, out var parsed) && parsed == version;
}
