using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Helm;

/// <summary>Unpacks a chart's archive: plain files below one folder. Links are never made.</summary>
internal static class ChartArchive
{
    /// <summary>The largest archive, in bytes; Istio's largest has about 200 KB.</summary>
    public const int Largest = 20 << 20;

    private const long LargestUnpacked = 100L << 20;
    private const int TarEnd = 1024;
    private const string Remedy = "take the chart as Istio publishes it, or pack it anew with 'helm package'";

    /// <summary>Unpacks an archive.</summary>
    /// <param name="archive">Its bytes.</param>
    /// <param name="archiveName">Its name, for messages.</param>
    /// <param name="folder">Where the chart's files go, without the folder that holds them in the archive; it does not exist yet.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The archive is damaged or holds anything but one chart's plain files.</exception>
    public static async Task UnpackAsync(byte[] archive, string archiveName, string folder, CancellationToken cancel)
    {
        var rules = new ArchiveRules(archiveName);
        try
        {
            using var bytes = await InflateAsync(archive, rules, cancel);
            await using var reader = new TarReader(bytes);
            string? top = null;
            while (await reader.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;
                if (Check(rules, entry) is not { Length: > 0 } name) continue; // the root itself
                var path = name.Split('/');
                if ((top ??= path[0]) != path[0]) throw rules.Refuse($"holds more than one folder, '{top}' and '{path[0]}'");
                if (entry.EntryType == TarEntryType.Directory) continue;
                if (path.Length < 2) throw rules.Refuse($"holds the file '{path[0]}' outside of a chart's folder");
                var file = Path.Combine([folder, .. path[1..]]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await using var to = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                if (entry.DataStream is { } content) await content.CopyToAsync(to, cancel);
            }
            if (!Directory.Exists(folder)) throw rules.Refuse("holds no file");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            throw new UserException(ErrorKind.Environment, $"the archive {archiveName} is damaged: {e.Message}", Remedy, e);
        }
        catch (UserException e) when (e.Kind == ErrorKind.Refused)
        {
            throw new UserException(ErrorKind.Refused, e.Message, Remedy, e);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "unpack into", folder);
        }
    }

    /// <summary>
    /// The tar file in the archive. .NET takes a gzip file or a tar file that ends too early for one that ends, so that is looked at here: behind a gzip file
    /// stands its length (RFC 1952, 2.3.1), and a tar file ends in two blocks of zeros (POSIX, pax, "ustar Interchange Format").
    /// </summary>
    private static async Task<MemoryStream> InflateAsync(byte[] archive, ArchiveRules rules, CancellationToken cancel)
    {
        var bytes = new MemoryStream();
        await using var inflated = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        var buffer = new byte[1 << 16];
        for (int read; (read = await inflated.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + read > LargestUnpacked) throw rules.Refuse($"holds more than {LargestUnpacked >> 20} MiB");
            bytes.Write(buffer, 0, read);
        }
        var isWhole = archive.Length > 18 && BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(^4..)) == bytes.Length
            && bytes.Length >= TarEnd && !bytes.GetBuffer().AsSpan((int)bytes.Length - TarEnd, TarEnd).ContainsAnyExcept((byte)0);
        if (!isWhole) throw new InvalidDataException("it ends too early");
        bytes.Position = 0;
        return bytes;
    }

    private static string Check(ArchiveRules rules, TarEntry entry)
    {
        var (path, kind) = rules.Check(entry);
        return kind is ArchiveEntryKind.SymbolicLink or ArchiveEntryKind.HardLink ? throw rules.Refuse($"holds a link, '{path}'") : path;
    }
}
