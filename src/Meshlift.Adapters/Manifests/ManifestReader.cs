using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Manifests;

/// <summary>A rendered stream, or a piece of one.</summary>
/// <param name="Name">The file or address it came from, for messages.</param>
/// <param name="Bytes">Its content.</param>
public sealed record ManifestBytes(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The renderer <c>manifests</c>: streams that were rendered elsewhere, in a file, a folder (every .yaml, .yml and .json below it, in ordinal order of
/// path) or behind an http(s) address; <c>${version}</c> and <c>${revision}</c> stand for what is rendered.
/// </summary>
/// <param name="source">The file, folder or address from <c>meshlift.yaml</c>.</param>
/// <param name="root">The folder that a relative path starts from.</param>
/// <param name="http">For addresses.</param>
public sealed class ManifestReader(ManifestSource source, string root, HttpClient http)
{
    private const string VersionMark = "${version}";
    private const long Largest = 64L << 20;

    private static bool IsAddress(ManifestSource source) => source.Template.StartsWith("http://", StringComparison.Ordinal) || source.Template.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>The versions that a pattern finds on disk; null when they cannot be listed (an address, or a pattern without <c>${version}</c>).</summary>
    /// <param name="source">The file, folder or address from <c>meshlift.yaml</c>.</param>
    /// <param name="root">The folder that a relative path starts from.</param>
    /// <param name="revisions">How the pattern's <c>${revision}</c> follows from a version.</param>
    /// <exception cref="UserException">The folder cannot be read.</exception>
    public static ImmutableArray<IstioVersion>? Published(ManifestSource source, string root, RevisionTemplate revisions)
    {
        if (IsAddress(source) || !source.Template.Contains(VersionMark, StringComparison.Ordinal)) return null;
        var parts = LocalPath(source.Template).Split('/');
        var at = Array.FindIndex(parts, part => part.Contains(VersionMark, StringComparison.Ordinal));
        var above = string.Join('/', parts[..at]);
        // Of an absolute path the first part is empty.
        var folder = new DirectoryInfo(Path.Combine(root, above.Length > 0 ? above : parts[0].Length == 0 ? "/" : "."));
        if (!folder.Exists) return [];
        var mark = parts[at].IndexOf(VersionMark, StringComparison.Ordinal);
        var (before, behind) = (parts[at][..mark], parts[at][(mark + VersionMark.Length)..]);
        try
        {
            return
            [
                .. folder.EnumerateFileSystemInfos()
                    .Where(entry => entry.Name.Length > before.Length + behind.Length && entry.Name.StartsWith(before, StringComparison.Ordinal) && entry.Name.EndsWith(behind, StringComparison.Ordinal))
                    .Select(entry => IstioVersion.TryParse(entry.Name[before.Length..^behind.Length], out var version) ? version : null)
                    .OfType<IstioVersion>().Where(version => Path.Exists(Path.Combine(root, LocalPath(source.For(version, revisions.For(version)))))).Distinct().Order(),
            ];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", above.Length > 0 ? above : folder.FullName);
        }
    }

    /// <summary>A place, or a pattern of places, as it may be seen and recorded: with '/', and of an address nothing that may be secret.</summary>
    public static string Shown(string place) => place.StartsWith("http", StringComparison.Ordinal) && place.Contains("://", StringComparison.Ordinal) ? ManifestDownload.Shown(place) : LocalPath(place);

    /// <summary>Where a version comes from, as it is shown and recorded.</summary>
    public string Location(IstioVersion version, RevisionName revision) => Shown(source.For(version, revision));

    /// <summary>Reads the streams of a version.</summary>
    /// <exception cref="UserException">The source is missing, empty, too large, or does not answer.</exception>
    /// <exception cref="OperationCanceledException">Interrupted, also while a pipe or a slow file server is waited for.</exception>
    public async Task<ImmutableArray<ManifestBytes>> ReadAsync(IstioVersion version, RevisionName revision, CancellationToken cancel)
    {
        if (IsAddress(source)) return [await ManifestDownload.ReadAsync(http, new Uri(source.For(version, revision)), Largest, cancel)];
        var local = LocalPath(source.For(version, revision));
        var path = Path.Combine(root, local);
        try
        {
            if (File.Exists(path)) return [await ReadFileAsync(path, local, Largest, cancel)];
            if (!Directory.Exists(path))
                throw new UserException(ErrorKind.Input, $"there are no manifests of Istio {version}: {local} does not exist", "render that version to this path, or correct spec.istio.manifests in meshlift.yaml");
            var streams = ImmutableArray.CreateBuilder<ManifestBytes>();
            var left = Largest;
            foreach (var (file, name) in Manifests(new DirectoryInfo(path), "").OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                streams.Add(await ReadFileAsync(file, $"{local.TrimEnd('/')}/{name}", left, cancel));
                left -= streams[^1].Bytes.Length;
            }
            return streams.Count > 0
                ? streams.DrainToImmutable()
                : throw new UserException(ErrorKind.Input, $"the folder {local} holds no .yaml, .yml or .json file", "render into it first, or correct spec.istio.manifests");
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", local);
        }
    }

    private static IEnumerable<(string File, string Name)> Manifests(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is FileInfo)
            {
                if (entry.Extension is ".yaml" or ".yml" or ".json") yield return (entry.FullName, prefix + entry.Name);
                continue;
            }
            // Passed over, its resources would be taken for removed; followed, it could lead in a circle.
            if (entry.LinkTarget is not null) throw new UserException(ErrorKind.Input, $"{entry.FullName} is a link to a folder", "put the folder itself there, or name it in spec.istio.manifests");
            foreach (var below in Manifests((DirectoryInfo)entry, $"{prefix}{entry.Name}/")) yield return below;
        }
    }

    /// <remarks>To open a pipe waits for its writer, and a file server may be gone: neither hears of an interrupt, so they are waited for from outside.</remarks>
    private static async Task<ManifestBytes> ReadFileAsync(string path, string name, long largest, CancellationToken cancel)
    {
        var content = await Task.Run(
            async () =>
            {
                await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                return await BoundedStream.ReadAsync(file, largest, cancel);
            },
            cancel).WaitAsync(cancel);
        return content is { } bytes
            ? new ManifestBytes(name, bytes)
            : throw new UserException(ErrorKind.Input, $"{name} is larger than {Largest >> 20} MiB, or all files of its folder are together", "a rendered Istio is about 1 MiB; check spec.istio.manifests");
    }

    private static string LocalPath(string text) => text.StartsWith("file://", StringComparison.Ordinal) ? text["file://".Length..] : text;
}
