using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Manifests;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>A chart in a folder.</summary>
/// <param name="Path">Its absolute path: the folder of an unpacked chart, or an archive.</param>
/// <param name="Name">The same as the user would write it.</param>
/// <param name="IsArchive">True for an archive.</param>
internal sealed record ChartInFolder(string Path, string Name, bool IsArchive);

/// <summary>A folder with charts: unpacked ones, archives, or those of a release in their own order.</summary>
internal static class ChartFolder
{
    private const string Metadata = "Chart.yaml";
    private const string InRelease = "manifests/charts";

    /// <summary>Finds a chart.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="name">What the user calls it.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="version">Its version, which the names of archives hold.</param>
    /// <exception cref="UserException">It is not there, or more than once.</exception>
    public static ChartInFolder Find(string folder, string name, IstioChart chart, IstioVersion version)
    {
        if (!Directory.Exists(folder))
            throw new UserException(ErrorKind.Input, $"there are no charts of Istio {version}: the folder {name} does not exist", "put them there, or correct spec.istio.charts.source in meshlift.yaml");
        var archive = $"{chart.Name}-{version}.tgz";
        string[] folders = [.. new[] { chart.Name, chart.ReleaseFolder, $"{InRelease}/{chart.ReleaseFolder}" }.Distinct(StringComparer.Ordinal)];
        ImmutableArray<ChartInFolder> found =
        [
            .. folders.Where(place => File.Exists(Path.Combine(folder, place, Metadata))).Select(place => new ChartInFolder(Path.Combine(folder, place), Joined(name, place), IsArchive: false)),
            .. new[] { archive }.Where(file => File.Exists(Path.Combine(folder, file))).Select(file => new ChartInFolder(Path.Combine(folder, file), Joined(name, file), IsArchive: true)),
        ];
        return found switch
        {
            [var only] => only,
            [] => throw new UserException(ErrorKind.Input, $"there is no chart {chart} of Istio {version}: the folder {name} holds neither {archive} nor {string.Join(" nor ", folders.Select(place => $"{place}/{Metadata}"))}", "put the chart there, or correct spec.istio.charts.source in meshlift.yaml"),
            _ => throw new UserException(ErrorKind.Input, $"the chart {chart} stands in {name} more than once: {string.Join(", ", found.Select(place => place.Name))}", "leave one of them there"),
        };
    }

    /// <summary>Reads what an unpacked chart says of itself.</summary>
    /// <param name="folder">The chart's folder, absolute.</param>
    /// <param name="name">What the user calls it.</param>
    public static ChartMetadata Read(string folder, string name)
    {
        var place = Joined(name, Metadata);
        var content = BoundedFile.ReadIfThere(Path.Combine(folder, Metadata)) ?? throw new UserException(ErrorKind.Input, $"{name} is no chart: it holds no {Metadata}", "take the chart as Istio publishes it");
        return content.Length <= ChartMetadata.Largest ? ChartMetadata.Read(content.Span, place) : throw new UserException(ErrorKind.Input, $"{place} is far too large", "take the chart as Istio publishes it");
    }

    /// <summary>The versions whose chart <c>istiod</c> is in a folder, the oldest first.</summary>
    /// <param name="place">The folder as it is configured.</param>
    /// <param name="root">The folder that a relative path starts from.</param>
    /// <param name="revisions">How the place's <c>${revision}</c> follows from a version.</param>
    public static ImmutableArray<IstioVersion> Versions(ManifestSource place, string root, RevisionTemplate revisions)
    {
        if (ManifestReader.Published(place, root, revisions) is { } folders) return folders;
        var folder = Absolute(place.Template, root);
        try
        {
            if (!Directory.Exists(folder)) return [];
            var istiod = IstioChart.Istiod;
            var archives = Directory.EnumerateFiles(folder, $"{istiod.Name}-*.tgz").Select(file => Path.GetFileNameWithoutExtension(file)[(istiod.Name.Length + 1)..]);
            var unpacked = new[] { istiod.Name, istiod.ReleaseFolder, $"{InRelease}/{istiod.ReleaseFolder}" }
                .Where(path => File.Exists(Path.Combine(folder, path, Metadata))).Select(path => Read(Path.Combine(folder, path), Joined(place.Template, path)).Version);
            return [.. archives.Concat(unpacked).Select(text => IstioVersion.TryParse(text, out var version) ? version : null).OfType<IstioVersion>().Distinct().Order()];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", folder);
        }
    }

    /// <summary>The absolute path of a configured folder.</summary>
    public static string Absolute(string text, string root) => Path.GetFullPath(Path.Combine(root, text.StartsWith("file://", StringComparison.Ordinal) ? new Uri(text).LocalPath : text));

    private static string Joined(string folder, string name) => folder == "." ? name : $"{folder.TrimEnd('/')}/{name}";
}
