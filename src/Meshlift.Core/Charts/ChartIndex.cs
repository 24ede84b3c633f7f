using System.Collections.Immutable;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Charts;

/// <summary>A chart's archive, as an index names it.</summary>
/// <param name="Address">Where it is; http or https.</param>
/// <param name="Digest">What it must be: <c>sha256:</c> and 64 digits.</param>
public sealed record ChartFile(Uri Address, string Digest);

/// <summary>The <c>index.yaml</c> of a chart repository.</summary>
/// <remarks>Its form: helm.sh/docs/topics/chart_repository, "The index file". The index comes from outside; only what is asked for is looked at.</remarks>
public sealed class ChartIndex
{
    private const int MostShown = 8;
    private readonly string _name;
    private readonly YamlMapping _entries;

    private ChartIndex(string name, YamlMapping entries) => (_name, _entries) = (name, entries);

    /// <summary>Reads an index.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="name">Where it came from, without secrets, for messages.</param>
    /// <exception cref="UserException">It is none.</exception>
    public static ChartIndex Read(ReadOnlySpan<byte> utf8, string name)
    {
        if (utf8.TrimStart(" \t\r\n"u8).StartsWith("<"u8))
            throw new UserException(ErrorKind.Environment, $"{name} is a web page, not the index of a chart repository", "a login or an error page often answers in place of a file; open the address by hand");
        try
        {
            var root = YamlReader.Read(utf8) as YamlMapping;
            return root?["entries"] is YamlMapping entries ? new ChartIndex(name, entries) : throw Damaged(name, root, "it has no 'entries'");
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Environment, $"{name}:{e.Position}: the index is damaged: {e.Message}", Remedy, e);
        }
    }

    private const string Remedy = "write it anew with 'helm repo index', or name another chart repository in spec.istio.charts.source";

    /// <summary>The versions of a chart, the oldest first; those that are none of Istio are left out. Empty when there is no such chart.</summary>
    public ImmutableArray<IstioVersion> Versions(string chart) =>
        [.. Entries(chart).Select(entry => IstioVersion.TryParse(Text(entry, "version"), out var version) ? version : null).OfType<IstioVersion>().Distinct().Order()];

    /// <summary>The archive of exactly one version of a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="version">The version.</param>
    /// <param name="index">The address of the index, from which relative addresses start.</param>
    /// <exception cref="UserException">It is not there, stands twice with different archives, or is not named so that it could be verified.</exception>
    public ChartFile Find(string chart, IstioVersion version, Uri index)
    {
        var found = Entries(chart).Where(entry => IstioVersion.TryParse(Text(entry, "version"), out var published) && published == version).ToList();
        if (found.Count == 0) throw Missing(chart, version);
        var files = found.Select(entry => File(entry, chart, version, index)).Distinct().ToList();
        return files.Count == 1 ? files[0] : throw Damaged(_name, found[1], $"{chart} {version} stands there twice, with different archives");
    }

    private IEnumerable<YamlMapping> Entries(string chart) => (_entries[chart] as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];

    private ChartFile File(YamlMapping entry, string chart, IstioVersion version, Uri index)
    {
        if (Text(entry, "digest") is not { Length: > 0 } written) throw Damaged(_name, entry, $"it names no digest for {chart} {version}, so that nobody can tell whether the archive is the right one");
        var digest = ChartDigest.Normal(written) ?? throw Damaged(_name, entry["digest"], $"the digest of {chart} {version} is no SHA-256");
        if ((entry["urls"] as YamlSequence)?.Items is not [YamlScalar { AsString: { Length: > 0 } text }, ..]) throw Damaged(_name, entry, $"it does not say where {chart} {version} is");
        if (!Uri.TryCreate(index, text, out var address) || address.Scheme is not ("https" or "http")) throw Damaged(_name, entry["urls"], $"the archive of {chart} {version} is at no address of the web");
        return index.Scheme == "https" && address.Scheme == "http"
            ? throw Damaged(_name, entry["urls"], $"the archive of {chart} {version} would be fetched without TLS")
            : new ChartFile(address, digest);
    }

    private UserException Missing(string chart, IstioVersion version)
    {
        var charts = _entries.Entries.Select(entry => entry.Key).ToList();
        if (Versions(chart) is { IsEmpty: false } published)
            return new UserException(ErrorKind.Input, $"{_name} has the chart {chart}, but not version {version}; there is {string.Join(", ", published.TakeLast(MostShown))}", "name a version that is there, or another source in spec.istio.charts.source");
        var there = charts.Count == 0 ? "nothing" : string.Join(", ", charts.Take(MostShown)) + (charts.Count > MostShown ? ", ..." : "");
        return new UserException(ErrorKind.Input, $"{_name} has no chart {chart}; there is {there}", "copy the chart there, or name another source in spec.istio.charts.source");
    }

    private static string? Text(YamlMapping entry, string key) => (entry[key] as YamlScalar)?.AsString;

    private static UserException Damaged(string name, YamlNode? at, string what) =>
        new(ErrorKind.Environment, $"{name}:{at?.Span?.Start.ToString() ?? "1:1"}: {what}", Remedy);
}
