using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Releases;

/// <summary>What was unpacked of an archive: files, and a list of them with their digests by which later users see that nothing changed.</summary>
internal sealed class UnpackedPart(string path)
{
    private const string FilesName = "files";
    private const string ListName = "contents";

    /// <summary>The folder with the files.</summary>
    public string Folder => Path.Combine(path, FilesName);

    /// <summary>True when everything is there, as it was unpacked, and nothing else.</summary>
    public async Task<bool> IsIntactAsync(CancellationToken cancel)
    {
        try
        {
            var list = Path.Combine(path, ListName);
            if (!File.Exists(list)) return false;
            var expected = new HashSet<string>(await File.ReadAllLinesAsync(list, cancel), StringComparer.Ordinal);
            var count = 0;
            foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(Folder, file).Replace('\\', '/');
                if (new FileInfo(file).LinkTarget is not null || !expected.Contains(Line(name, (await FileDigest.OfAsync(file, cancel))!))) return false;
                count++;
            }
            return count > 0 && count == expected.Count;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            return false;
        }
    }

    /// <summary>Unpacks a part; a process that is killed meanwhile leaves nothing that counts as unpacked.</summary>
    /// <exception cref="UserException">The archive is not to be trusted, or lacks the part, or the file system refused.</exception>
    public async Task FillAsync(string archivePath, ReleaseArchive archive, ReleasePart part, CancellationToken cancel)
    {
        var staging = path + ".new";
        try
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
            Directory.CreateDirectory(Path.Combine(staging, FilesName));
            ImmutableArray<(string Path, string Digest)> files = await ArchiveUnpacker.UnpackAsync(archivePath, archive, part, Path.Combine(staging, FilesName), cancel);
            AtomicFile.Write(Path.Combine(staging, ListName), Encoding.UTF8.GetBytes(string.Concat(files.Select(file => Line(file.Path, file.Digest) + "\n"))));
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            Directory.Move(staging, path);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "unpack into", path);
        }
    }

    private static string Line(string name, string digest) => $"{digest}  {name}";
}
