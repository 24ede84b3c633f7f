using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Releases;

/// <summary>Takes the files of one part out of a release's archive. Links are never made, and no file is written before all entries ahead of it were checked.</summary>
internal static class ArchiveUnpacker
{
    private const int Chunk = 1 << 17;
    private const int LongestLink = 4096;

    // The bits of a Unix mode that say what a file is, which zip files hold in the upper half of their external attributes.
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int Link = 0xA000;

    /// <summary>Unpacks a part.</summary>
    /// <param name="archivePath">The archive; its digest has been checked.</param>
    /// <param name="archive">Its name and release.</param>
    /// <param name="part">What is needed of it.</param>
    /// <param name="folder">Where the files go; it exists and is empty.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The files, relative to the folder, with their digests.</returns>
    /// <exception cref="UserException">The archive breaks a rule, is damaged, or lacks the part.</exception>
    public static async Task<ImmutableArray<(string Path, string Digest)>> UnpackAsync(string archivePath, ReleaseArchive archive, ReleasePart part, string folder, CancellationToken cancel)
    {
        var rules = new ArchiveRules(archive.FileName);
        try
        {
            await using var stream = new FileStream(archivePath, FileMode.Open, FileAccess.Read, FileShare.Read, Chunk, FileOptions.SequentialScan);
            var target = new Target(rules, archive, part, folder);
            if (archive.IsZip) await UnpackZipAsync(stream, rules, target, cancel);
            else await UnpackTarAsync(stream, rules, target, cancel);
            return target.Written.Count > 0
                ? [.. target.Written]
                : throw rules.Refuse(part == ReleasePart.Istioctl ? $"does not hold {archive.Platform.Istioctl}" : "does not hold the charts");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            throw new UserException(ErrorKind.Environment, $"the archive {archive.FileName} is damaged: {e.Message}", "its digest is right, so it was published that way; fetch it from another mirror", e);
        }
    }

    private static async Task UnpackTarAsync(Stream stream, ArchiveRules rules, Target target, CancellationToken cancel)
    {
        await using var bytes = new GZipStream(stream, CompressionMode.Decompress);
        await using var reader = new TarReader(bytes);
        while (await reader.GetNextEntryAsync(copyData: false, cancel) is { } entry)
        {
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;
            var (path, kind) = rules.Check(entry);
            await target.TakeAsync(path, kind, entry.Length, () => entry.DataStream ?? Stream.Null, cancel);
        }
    }

    private static async Task UnpackZipAsync(Stream stream, ArchiveRules rules, Target target, CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancel);
        foreach (var entry in zip.Entries)
        {
            if (entry.IsEncrypted) throw rules.Refuse($"holds an encrypted file, '{entry.FullName}'");
            var kind = (entry.ExternalAttributes >> 16 & TypeMask) switch
            {
                Link => ArchiveEntryKind.SymbolicLink,
                Folder => ArchiveEntryKind.Folder,
                // Archives made on Windows carry no mode.
                Regular or 0 => entry.FullName.EndsWith('/') ? ArchiveEntryKind.Folder : ArchiveEntryKind.File,
                _ => ArchiveEntryKind.Other,
            };
            var link = kind == ArchiveEntryKind.SymbolicLink ? await LinkTargetAsync(entry, rules, cancel) : null;
            var path = rules.Check(new ArchiveEntry(entry.FullName, kind, entry.Length, link));
            await target.TakeAsync(path, kind, entry.Length, entry.Open, cancel);
        }
    }

    private static async Task<string> LinkTargetAsync(ZipArchiveEntry entry, ArchiveRules rules, CancellationToken cancel)
    {
        if (entry.Length > LongestLink) throw rules.Refuse($"holds a link with a far too long target, '{entry.FullName}'");
        var target = new byte[entry.Length];
        await using var content = await entry.OpenAsync(cancel);
        await content.ReadExactlyAsync(target, cancel);
        return Encoding.UTF8.GetString(target);
    }

    /// <summary>The folder that is being filled.</summary>
    private sealed class Target(ArchiveRules rules, ReleaseArchive archive, ReleasePart part, string folder)
    {
        public List<(string Path, string Digest)> Written { get; } = [];

        public async Task TakeAsync(string path, ArchiveEntryKind kind, long length, Func<Stream> open, CancellationToken cancel)
        {
            if (archive.Target(path, part) is not { } relative || kind == ArchiveEntryKind.Folder) return;
            if (kind != ArchiveEntryKind.File) throw rules.Refuse($"holds a link where a file is needed, '{path}'");
            var file = Path.GetFullPath(Path.Combine(folder, relative));
            if (!file.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw rules.Refuse($"holds a path that leaves its folder, '{path}'");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var content = open();
            Written.Add((relative, await WriteAsync(content, file, length, path, cancel)));
        }

        private async Task<string> WriteAsync(Stream content, string file, long length, string path, CancellationToken cancel)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (part == ReleasePart.Istioctl ? UnixFileMode.UserExecute : UnixFileMode.None);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var to = new FileStream(file, options);
            var buffer = new byte[Chunk];
            var left = length;
            for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; left -= read)
            {
                if (read > left) throw rules.Refuse($"holds more of '{path}' than it says");
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
            if (left != 0) throw rules.Refuse($"holds less of '{path}' than it says");
            to.Flush(flushToDisk: true);
            return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }
}
