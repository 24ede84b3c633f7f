using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Schemas;

namespace Meshlift.Adapters.Schemas;

/// <summary>
/// The types of a release of Kubernetes. Its OpenAPI document is fetched once, made compact, and kept in the user's cache; two processes that want the same fetch
/// it once, and what is damaged is fetched again.
/// </summary>
/// <param name="place">Where the document lies, with <c>${version}</c> in it: http, https or file.</param>
/// <param name="cacheFolder">The user's cache folder; the documents go into <c>meshlift/kubernetes</c> in it.</param>
/// <param name="http">From <see cref="ReleaseWeb.Client"/>.</param>
/// <param name="time">The clock of pauses and limits.</param>
public sealed class ReleaseSchemas(string place, string cacheFolder, HttpClient http, TimeProvider time)
{
    private const string Mirror = "name a mirror in spec.checks.kubernetes.openapi, or give the document itself with --schemas";

    // Counted up when the compact form changes, so that an older one is not taken for it.
    private const string Form = "1";
    private readonly string _root = Path.Combine(Path.GetFullPath(cacheFolder), "meshlift", "kubernetes");

    /// <summary>The types of a release, from the cache if they are there; then nobody is asked.</summary>
    /// <param name="version">The release.</param>
    /// <param name="progress">Told how a fetch goes; null: nobody.</param>
    /// <param name="cancel">Gives up; what came so far is continued by the next fetch.</param>
    /// <exception cref="UserException">It is not there, cannot be reached, is too large, or is no OpenAPI document.</exception>
    public async Task<ImmutableArray<TypeSchema>> ReadAsync(KubernetesRelease version, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var address = new Uri(place.Replace("${version}", version.ToString(), StringComparison.Ordinal));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..16];
        var path = Path.Combine(_root, $"{version}-{digest}-{Form}.json.gz");
        if (Cached(path) is { } types) return types;
        BoundedFile.Write(Path.Combine(_root, "locks", "README"), "Locks of processes that fetch; they may be removed when none runs.\n"u8.ToArray());
        using var held = await CacheLock.TakeAsync(Path.Combine(_root, "locks", $"{version}-{digest}"), time, () => progress?.Report(new FetchProgress(FetchStage.Waiting, Shown(version))), cancel);
        if (Cached(path) is { } fetched) return fetched;
        var bytes = await FetchAsync(address, version, new PartialFile($"{path}.partial"), progress, cancel);
        AtomicFile.Write(path, Packed(CompactOpenApi.Of(bytes, WebPlace.Shown(address))).Span);
        return Cached(path) ?? throw new UserException(ErrorKind.Input, $"{WebPlace.Shown(address)} holds no types of Kubernetes", Mirror);
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(Uri address, KubernetesRelease version, PartialFile partial, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        IReleasePlace from = address.IsFile ? new FolderPlace() : new WebPlace(http, time, Mirror);
        if (!await from.DownloadAsync(address, partial, (bytes, total) => progress?.Report(new FetchProgress(FetchStage.Downloading, Shown(version), bytes, total)), cancel))
            throw new UserException(ErrorKind.Environment, $"{WebPlace.Shown(address)} is not there", $"check that there is a Kubernetes {version}; {Mirror}");
        try
        {
            return SchemaFiles.Unpacked(BoundedFile.Read(partial.Path, SchemaFiles.Largest), WebPlace.Shown(address));
        }
        finally
        {
            partial.Delete();
        }
    }

    private static ImmutableArray<TypeSchema>? Cached(string path)
    {
        try
        {
            return File.Exists(path) && KubernetesSchemas.Read(SchemaFiles.Unpacked(BoundedFile.Read(path, SchemaFiles.Largest), path), path) is { IsEmpty: false } types ? types : null;
        }
        catch (UserException)
        {
            return null; // damaged: it will be fetched again
        }
    }

    private static ReadOnlyMemory<byte> Packed(ReadOnlyMemory<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zip.Write(plain.Span);
        return packed.ToArray();
    }

    private static string Shown(KubernetesRelease version) => $"types of Kubernetes {version}";
}
