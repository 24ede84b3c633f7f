using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Findings;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Releases;

/// <summary>Where releases are fetched from.</summary>
/// <param name="Releases">The folder of all releases, with a folder for each version in it: http, https or file.</param>
public sealed record ReleaseSource(Uri Releases)
{
    /// <summary>The key that must have signed the archives, an absolute path or an address; null: Istio's own key, where a signature and cosign are there.</summary>
    public string? SigningKey { get; init; }

    /// <summary>What programs are to run on; null: this computer.</summary>
    public ReleasePlatform? Platform { get; init; }
}

/// <summary>A part of a release, fetched, verified and unpacked.</summary>
/// <param name="Archive">The archive that it came in.</param>
/// <param name="Source">Where the archive came from, without secrets.</param>
/// <param name="Digest">The archive's digest, <c>sha256:</c> and 64 digits.</param>
/// <param name="Folder">The folder with the files: <c>istioctl</c>, or the folders of the charts. Read only; shared by all processes.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record FetchedRelease(ReleaseArchive Archive, string Source, string Digest, string Folder, ImmutableArray<Finding> Findings);

/// <summary>
/// Fetches parts of releases into the user's cache. Nothing is unpacked before its digest is checked; two processes that want the same fetch it once;
/// a process that is killed at any moment leaves nothing that a later one trusts.
/// </summary>
public sealed class ReleaseFetcher
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly ReleaseSource _source;
    private readonly TimeProvider _time;
    private readonly ReleaseCache _cache;
    private readonly IReleasePlace _place;
    private readonly ReleaseSignature _signature;

    /// <summary>A fetcher.</summary>
    /// <param name="source">Where releases are.</param>
    /// <param name="cacheFolder">The user's cache folder; Meshlift's files go into <c>meshlift/releases</c> in it.</param>
    /// <param name="http">From <see cref="ReleaseWeb.Client"/>.</param>
    /// <param name="time">The clock of pauses and limits.</param>
    /// <param name="surroundings">The variables from which cosign's environment is taken; null: those of this process.</param>
    public ReleaseFetcher(ReleaseSource source, string cacheFolder, HttpClient http, TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        _source = source;
        _time = time;
        _cache = new ReleaseCache(cacheFolder);
        _place = source.Releases.IsFile ? new FolderPlace() : new WebPlace(http, time);
        _signature = new ReleaseSignature(_place, _cache, source.SigningKey, new ExternalProgram("cosign", "install cosign 2.0 or newer", time, surroundings));
    }

    /// <summary>Gives a part of a release, from the cache if it is there; then nobody is asked.</summary>
    /// <param name="version">The release.</param>
    /// <param name="part">What is needed of it.</param>
    /// <param name="locked">The digests that archives must have, by file name (each platform has its own), as <c>meshlift.lock.yaml</c> holds them; one that is not named is new.</param>
    /// <param name="progress">Told how it goes; null: nobody.</param>
    /// <param name="cancel">Gives up; what was downloaded so far is continued by the next fetch.</param>
    /// <exception cref="UserException">
    /// The release must not be installed, is not there, cannot be reached, or is not what it should be. The message says what was to be fetched from where.
    /// </exception>
    public async Task<FetchedRelease> FetchAsync(IstioVersion version, ReleasePart part, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        UnusableReleases.Refuse(version);
        var archives = ReleaseArchive.Holding(part, version, _source.Platform ?? ThisComputer());
        using var limit = new CancellationTokenSource(Longest, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var retired = RetiredHosts.Find(_source.Releases.AbsoluteUri);
        try
        {
            using var held = await _cache.LockAsync(archives[0], _time, () => progress?.Report(new FetchProgress(FetchStage.Waiting, archives[0].FileName)), stop.Token);
            var fetched = await BringAsync(archives, part, locked, progress, stop.Token);
            return retired is null ? fetched : fetched with
            {
                Findings = fetched.Findings.Insert(0, new Finding("ML1020", Severity.Warning, $"{retired.Place} is switched off in {retired.Since}; name {retired.Replacement}", "spec.istio.releases")),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UserException(
                ErrorKind.Environment,
                string.Create(CultureInfo.InvariantCulture, $"{archives[0].FileName} was not there within {Longest.TotalMinutes} minutes"),
                "run the command again, it goes on where it stopped; or name a mirror that is nearer in spec.istio.releases");
        }
        catch (UserException e) when (retired is not null && e.Kind == ErrorKind.Environment)
        {
            throw new UserException(e.Kind, $"{e.Message}; {retired.Place} is switched off in {retired.Since}", $"write releases: {retired.Replacement}", e);
        }
    }

    private async Task<FetchedRelease> BringAsync(ImmutableArray<ReleaseArchive> archives, ReleasePart part, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var (archive, address, digest) = await FindAsync(archives, locked, cancel);
        var path = _cache.Archive(digest);
        if (await FileDigest.OfAsync(path, cancel) != digest)
        {
            await DownloadAsync(archive, address, digest, progress, cancel);
            _cache.Partial(digest).PublishAs(path);
        }
        var finding = await _signature.CheckAsync(archive, address, path, digest, cancel);
        var unpacked = _cache.Unpacked(digest, part);
        if (!await unpacked.IsIntactAsync(cancel))
        {
            progress?.Report(new FetchProgress(FetchStage.Unpacking, archive.FileName));
            await unpacked.FillAsync(path, archive, part, cancel);
        }
        _cache.Remember(address, archive, digest);
        return new FetchedRelease(archive, WebPlace.Shown(address), digest, unpacked.Folder, finding is null ? [] : [finding]);
    }

    private async Task<(ReleaseArchive Archive, Uri Address, string Digest)> FindAsync(ImmutableArray<ReleaseArchive> archives, ImmutableDictionary<string, string> locked, CancellationToken cancel)
    {
        foreach (var archive in archives)
        {
            var address = archive.Address(_source.Releases, archive.FileName);
            if (_cache.KnownDigest(address, archive) is { } known && locked.GetValueOrDefault(archive.FileName, known) == known) return (archive, address, known);
        }
        foreach (var archive in archives)
        {
            var address = archive.Address(_source.Releases, archive.FileName);
            var digestAddress = archive.Address(_source.Releases, archive.DigestFileName);
            if (await _place.ReadAsync(digestAddress, DigestFile.Largest, mayBePage: false, cancel) is not { } content) continue;
            var digest = DigestFile.Parse(content, archive.FileName, WebPlace.Shown(digestAddress));
            if (locked.TryGetValue(archive.FileName, out var expected) && digest != expected)
                throw new UserException(
                    ErrorKind.Refused,
                    $"{WebPlace.Shown(address)} has the digest {digest}, but meshlift.lock.yaml says {expected}",
                    "releases never change: find out who changed this one; to accept it, remove its digest from meshlift.lock.yaml");
            return (archive, address, digest);
        }
        throw new UserException(
            ErrorKind.Environment,
            $"{WebPlace.Shown(_source.Releases)} has no Istio {archives[0].Version} for {archives[0].Platform}: looked for {string.Join(", ", archives.Select(archive => archive.DigestFileName))} in the folder {archives[0].Version}",
            "check the version; a mirror must hold each archive with its .sha256 beside it, which Meshlift reads first");
    }

    private async Task DownloadAsync(ReleaseArchive archive, Uri address, string digest, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var partial = _cache.Partial(digest);
        // What was left by a process that was killed behind the last byte needs nothing more.
        if (await FileDigest.OfAsync(partial.Path, cancel) == digest) return;
        for (var again = partial.Length > 0; ; again = false)
        {
            if (!await _place.DownloadAsync(address, partial, (bytes, total) => progress?.Report(new FetchProgress(FetchStage.Downloading, archive.FileName, bytes, total)), cancel))
                throw new UserException(ErrorKind.Environment, $"{WebPlace.Shown(address)} is not there, but its .sha256 is", "the mirror is incomplete; copy the archive to it");
            var actual = await FileDigest.OfAsync(partial.Path, cancel);
            if (actual == digest) return;
            var length = partial.Length;
            partial.Delete();
            // What an earlier attempt left may have been damaged; a second time, nothing is continued.
            if (!again)
                throw new UserException(
                    ErrorKind.Refused,
                    string.Create(CultureInfo.InvariantCulture, $"{WebPlace.Shown(address)} is not what its .sha256 says: {digest} is wanted, {length} bytes with {actual} came"),
                    "the file is damaged or was replaced; fetch it from another mirror, and tell whoever runs this one");
        }
    }

    private static ReleasePlatform ThisComputer() => ReleasePlatform.Of(
        OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OperatingSystem.IsLinux() ? OSPlatform.Linux : OSPlatform.Create(RuntimeInformation.OSDescription),
        RuntimeInformation.OSArchitecture);
}
