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
    private const long Largest = 256L << 20;

    private static bool IsAddress(ManifestSource source) => source.Template.StartsWith("http://", StringComparison.Ordinal) || source.Template.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>The versions that a pattern finds on disk; null when they cannot be listed (an address, or a pattern without <c>${version}</c>).</summary>
    /// <param name="source">The file, folder or address from <c>meshlift.yaml</c>.</param>
    /// <param name="root">The folder that a relative path starts from.</param>
    public static ImmutableArray<IstioVersion>? Published(ManifestSource source, string root)
    {
        if (IsAddress(source) || !source.Template.Contains(VersionMark, StringComparison.Ordinal)) return null;
        var parts = LocalPath(source.Template).Split('/');
        var at = Array.FindIndex(parts, part => part.Contains(VersionMark, StringComparison.Ordinal));
        var folder = new DirectoryInfo(Path.Combine(root, string.Join('/', parts[..at]) is { Length: > 0 } above ? above + "/" : parts[0].Length == 0 ? "/" : "."));
        if (!folder.Exists) return [];
        var mark = parts[at].IndexOf(VersionMark, StringComparison.Ordinal);
        var (before, behind) = (parts[at][..mark], parts[at][(mark + VersionMark.Length)..]);
        return
        [
            .. folder.EnumerateFileSystemInfos()
                .Where(entry => entry.Name.Length > before.Length + behind.Length && entry.Name.StartsWith(before, StringComparison.Ordinal) && entry.Name.EndsWith(behind, StringComparison.Ordinal))
                .Select(entry => IstioVersion.TryParse(entry.Name[before.Length..^behind.Length], out var version) ? version : null)
                .OfType<IstioVersion>().Distinct().Order(),
        ];
    }

    /// <summary>Where a version comes from, as it is recorded in inventories: with '/' and without user info.</summary>
    public string Location(IstioVersion version, RevisionName revision) => IsAddress(source) ? new UriBuilder(source.For(version, revision)) { UserName = "", Password = "" }.Uri.ToString() : LocalPath(source.For(version, revision));

    /// <summary>Reads the streams of a version.</summary>
    /// <exception cref="UserException">The source is missing, empty, too large, or does not answer.</exception>
    public async Task<ImmutableArray<ManifestBytes>> ReadAsync(IstioVersion version, RevisionName revision, CancellationToken cancel)
    {
        if (IsAddress(source)) return [await ManifestDownload.ReadAsync(http, new Uri(source.For(version, revision)), Largest, cancel)];
        var local = LocalPath(source.For(version, revision));
        var path = Path.Combine(root, local);
        try
        {
            if (File.Exists(path)) return [await ReadFileAsync(path, local, cancel)];
            if (!Directory.Exists(path)) throw Missing(local, version);
            var streams = ImmutableArray.CreateBuilder<ManifestBytes>();
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
            foreach (var file in Directory.EnumerateFiles(path, "*", options).Where(IsManifest).Select(file => (File: file, Name: Path.GetRelativePath(path, file).Replace('\\', '/'))).OrderBy(file => file.Name, StringComparer.Ordinal))
                streams.Add(await ReadFileAsync(file.File, $"{local.TrimEnd('/')}/{file.Name}", cancel));
            return streams.Count > 0
                ? streams.DrainToImmutable()
                : throw new UserException(ErrorKind.Input, $"the folder {local} holds no .yaml, .yml or .json file", "render into it first, or correct spec.istio.manifests");
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", local);
        }
    }

    private static async Task<ManifestBytes> ReadFileAsync(string path, string name, CancellationToken cancel) => new FileInfo(path).Length <= Largest
        ? new ManifestBytes(name, await File.ReadAllBytesAsync(path, cancel))
        : throw new UserException(ErrorKind.Input, $"{name} is larger than {Largest >> 20} MiB", "a rendered Istio is about 1 MiB; check spec.istio.manifests");

    private UserException Missing(string local, IstioVersion version)
    {
        var published = Published(source, root) ?? [];
        var there = published.IsEmpty ? "" : $"; there is {string.Join(", ", published.TakeLast(8))}";
        return new UserException(ErrorKind.Input, $"there are no manifests of Istio {version}: {local} does not exist{there}", "render that version to this path, or correct spec.istio.manifests in meshlift.yaml");
    }

    private static bool IsManifest(string file) => Path.GetExtension(file) is ".yaml" or ".yml" or ".json";

    private static string LocalPath(string text) => text.StartsWith("file://", StringComparison.Ordinal) ? text["file://".Length..] : text;
}
