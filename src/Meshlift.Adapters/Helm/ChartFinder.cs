using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>A chart of a version, unpacked and checked to be that.</summary>
/// <param name="Chart">The chart.</param>
/// <param name="Folder">Its folder, absolute.</param>
/// <param name="Origin">Where it came from, without secrets.</param>
/// <param name="Archive">The name of the archive that it came in, whatever the place calls it: the same for every place; null for an unpacked chart.</param>
/// <param name="Digest">The digest of that archive; null for an unpacked chart.</param>
public sealed record FoundChart(IstioChart Chart, string Folder, string Origin, string? Archive, string? Digest);

/// <summary>Charts, and what a person should know about where they came from.</summary>
/// <param name="Charts">The charts, in the order in which they were asked for.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record FoundCharts(ImmutableArray<FoundChart> Charts, ImmutableArray<Finding> Findings);

/// <summary>
/// Gets charts from where the configuration says, into a folder. What comes from the web is verified before it is unpacked, and kept in the user's cache: a
/// published version is asked for once.
/// </summary>
public sealed class ChartFinder
{
    private const string Subject = "spec.istio.charts.source";
    private const string Offline = "name a folder that holds the charts, for example source: vendor/istio/${version}/charts";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly ChartsSpec _spec;
    private readonly string _root;
    private readonly TimeProvider _time;
    private readonly ReleaseFetcher _releases;
    private readonly ChartCache _cache;
    private readonly WebPlace _web;

    /// <summary>A finder.</summary>
    /// <param name="spec">Where charts are.</param>
    /// <param name="root">The folder that relative paths start from.</param>
    /// <param name="cacheFolder">The user's cache folder; charts go into <c>meshlift/charts</c> in it.</param>
    /// <param name="http">From <see cref="ChartWeb.Client"/>.</param>
    /// <param name="releases">For the charts in a release's archive.</param>
    /// <param name="time">The clock of pauses and limits.</param>
    public ChartFinder(ChartsSpec spec, string root, string cacheFolder, HttpClient http, ReleaseFetcher releases, TimeProvider time)
    {
        _spec = spec;
        _root = root;
        _time = time;
        _releases = releases;
        _cache = new ChartCache(cacheFolder, time);
        _web = new WebPlace(http, time, Offline);
    }

    /// <summary>Where a version comes from, as it is shown and recorded: without secrets.</summary>
    public string Location(IstioVersion version, RevisionName revision) => _spec.Source switch
    {
        ChartSource.Folder folder => ManifestReader.Shown(folder.Place.For(version, revision)),
        ChartSource.Repository repository => ManifestReader.Shown(repository.Place.For(version, revision)),
        var other => other.ToString()!,
    };

    /// <summary>The published versions, the oldest first; null when the source cannot tell, which is so for the archives of releases and for addresses with a version in them.</summary>
    /// <param name="revisions">How a folder's <c>${revision}</c> follows from a version.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The source does not answer.</exception>
    public async Task<ImmutableArray<IstioVersion>?> PublishedAsync(RevisionTemplate revisions, CancellationToken cancel) => _spec.Source switch
    {
        ChartSource.Folder folder => ChartFolder.Versions(folder.Place, _root, revisions),
        ChartSource.Repository { Place: var place } when !place.Template.Contains("${", StringComparison.Ordinal) => await LimitedAsync(token => new ChartRepository(new Uri(place.Template), _web).VersionsAsync(IstioChart.Istiod, token), cancel),
        ChartSource.Registry registry => await LimitedAsync(token => new ChartRegistry(registry.Place, _spec.PlainHttp, _web).VersionsAsync(IstioChart.Istiod, token), cancel),
        _ => null,
    };

    /// <summary>Gets charts of a version.</summary>
    /// <param name="charts">Which; none twice.</param>
    /// <param name="version">The version.</param>
    /// <param name="revision">What <c>${revision}</c> in the source stands for.</param>
    /// <param name="folder">An empty folder, for what has to be unpacked.</param>
    /// <param name="locked">The digests that archives must have, by <see cref="FoundChart.Archive"/>; those that are not in it are new.</param>
    /// <param name="progress">Told how the fetch of a release goes; null: nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A chart is not there, cannot be reached, or is not what it should be.</exception>
    public async Task<FoundCharts> FindAsync(
        ImmutableArray<IstioChart> charts, IstioVersion version, RevisionName revision, string folder, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<FoundChart>();
        ImmutableArray<Finding> findings = [];
        switch (_spec.Source)
        {
            case ChartSource.Folder local:
                var name = local.Place.For(version, revision);
                foreach (var chart in charts) found.Add(await InFolderAsync(chart, version, ChartFolder.Absolute(name, _root), name, folder, Locked(chart), cancel));
                break;
            case ChartSource.Release:
                var release = await _releases.FetchAsync(version, ReleasePart.Charts, locked, progress, cancel);
                findings = release.Findings;
                foreach (var chart in charts)
                    found.Add(await InFolderAsync(chart, version, release.Folder, release.Archive.FileName, folder, null, cancel) with { Origin = release.Source, Archive = release.Archive.FileName, Digest = release.Digest });
                break;
            default:
                findings = Retired();
                var place = Place(version, revision);
                foreach (var chart in charts) found.Add(await LimitedAsync(token => FetchedAsync(place, chart, version, folder, Locked(chart), token), cancel));
                break;
        }
        return new FoundCharts(found.DrainToImmutable(), findings);

        string? Locked(IstioChart chart) => locked.GetValueOrDefault(ArchiveOf(chart, version));
    }

    private IChartPlace Place(IstioVersion version, RevisionName revision) => _spec.Source switch
    {
        ChartSource.Repository repository => new ChartRepository(new Uri(repository.Place.For(version, revision)), _web),
        ChartSource.Registry registry => new ChartRegistry(registry.Place, _spec.PlainHttp, _web),
        _ => throw new InvalidOperationException($"{_spec.Source} is not on the web"),
    };

    private static async Task<FoundChart> InFolderAsync(IstioChart chart, IstioVersion version, string folder, string name, string work, string? locked, CancellationToken cancel)
    {
        var found = ChartFolder.Find(folder, name, chart, version);
        if (!found.IsArchive) return Checked(new FoundChart(chart, found.Path, found.Name, Archive: null, Digest: null), found.Name, version);
        var archive = BoundedFile.Read(found.Path, ChartArchive.Largest);
        var digest = ContentDigest.Of(archive);
        Check(locked, digest, found.Name);
        return await UnpackAsync(chart, archive, found.Name, digest, version, work, cancel);
    }

    private async Task<FoundChart> FetchedAsync(IChartPlace place, IstioChart chart, IstioVersion version, string work, string? locked, CancellationToken cancel)
    {
        var name = place.Name(chart, version);
        using var held = await _cache.LockAsync(name, cancel);
        if (_cache.KnownDigest(name) is { } known && (locked is null || locked == known) && _cache.Archive(known) is { } kept) return await UnpackAsync(chart, kept, name, known, version, work, cancel);
        var at = await place.FindAsync(chart, version, cancel);
        Check(locked, at.Digest, name);
        var archive = _cache.Archive(at.Digest) ?? await DownloadAsync(at, cancel);
        _cache.Keep(name, at.Digest, archive);
        return await UnpackAsync(chart, archive, name, at.Digest, version, work, cancel);
    }

    private async Task<byte[]> DownloadAsync(ChartArchiveAt at, CancellationToken cancel)
    {
        var shown = WebPlace.Shown(at.Address);
        var archive = await _web.ReadAsync(at.Address, ChartArchive.Largest, mayBePage: false, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{shown} is not there (404), but it is listed", "the place is incomplete; copy the chart to it again");
        return ContentDigest.Of(archive) is var digest && digest == at.Digest
            ? archive
            : throw new UserException(
                ErrorKind.Refused,
                string.Create(CultureInfo.InvariantCulture, $"{shown} is not what it is listed as: {at.Digest} is wanted, {archive.Length} bytes with {digest} came"),
                "the archive is damaged or was replaced; take the chart from another place, and tell whoever runs this one");
    }

    private static string ArchiveOf(IstioChart chart, IstioVersion version) => $"{chart.Name}-{version}.tgz";

    private static async Task<FoundChart> UnpackAsync(IstioChart chart, byte[] archive, string name, string digest, IstioVersion version, string work, CancellationToken cancel)
    {
        var folder = Path.Combine(work, chart.Name);
        await ChartArchive.UnpackAsync(archive, name, folder, cancel);
        return Checked(new FoundChart(chart, folder, name, ArchiveOf(chart, version), digest), name, version);
    }

    private static FoundChart Checked(FoundChart chart, string name, IstioVersion version)
    {
        ChartFolder.Read(chart.Folder, name).Check(chart.Chart, version, name);
        return chart;
    }

    private static void Check(string? locked, string digest, string name)
    {
        if (locked is not null && digest != locked)
            throw new UserException(
                ErrorKind.Refused,
                $"{name} has the digest {digest}, but meshlift.lock.yaml says {locked}",
                "published charts never change: find out who changed this one; to accept it, remove its digest from meshlift.lock.yaml");
    }

    private ImmutableArray<Finding> Retired() => RetiredHosts.Find(_spec.Source.ToString()!) is { } retired
        ? [new Finding("ML1020", Severity.Warning, $"{retired.Place} is switched off in {retired.Since}; name {retired.Replacement}", Subject)]
        : [];

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Longest, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var retired = RetiredHosts.Find(_spec.Source.ToString()!);
        try
        {
            return await work(stop.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UserException(ErrorKind.Environment, string.Create(CultureInfo.InvariantCulture, $"{_spec.Source} did not give its charts within {Longest.TotalMinutes} minutes"), $"try again; or {Offline}");
        }
        catch (UserException e) when (retired is not null && e.Kind == ErrorKind.Environment)
        {
            throw new UserException(e.Kind, $"{e.Message}; {retired.Place} is switched off in {retired.Since}", $"write source: {retired.Replacement}", e);
        }
    }
}
