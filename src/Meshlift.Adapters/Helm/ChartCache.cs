using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;

namespace Meshlift.Adapters.Helm;

/// <summary>
/// The user's cache of charts, shared by all processes. An archive is named by its digest, gets that name in one step when it is complete and verified, and is
/// verified again when it is used. Everything in here may be lost or damaged at any time.
/// </summary>
/// <param name="cacheFolder">The user's cache folder; charts go into <c>meshlift/charts</c> in it.</param>
/// <param name="time">The clock of pauses.</param>
internal sealed class ChartCache(string cacheFolder, TimeProvider time)
{
    private readonly string _root = Path.Combine(Path.GetFullPath(cacheFolder), "meshlift", "charts");

    /// <summary>Locks a place for this process.</summary>
    public Task<CacheLock> LockAsync(string place, CancellationToken cancel) => CacheLock.TakeAsync(Path.Combine(Folder("locks"), Hash(place)), time, () => { }, cancel);

    /// <summary>The digest of the archive that came from a place; null when that is not known. What is published in a version never changes.</summary>
    public string? KnownDigest(string place)
    {
        try
        {
            return BoundedFile.ReadIfThere(Path.Combine(_root, "sources", Hash(place))) is { } content ? ChartDigest.Normal(Encoding.UTF8.GetString(content.Span).TrimEnd('\n')) : null;
        }
        catch (UserException)
        {
            return null; // it will be asked for
        }
    }

    /// <summary>The archive of a digest; null when it is not there, or is something else by now.</summary>
    public byte[]? Archive(string digest)
    {
        try
        {
            return BoundedFile.ReadIfThere(ArchivePath(digest)) is { } content && ContentDigest.Of(content.Span) == digest ? content.ToArray() : null;
        }
        catch (UserException)
        {
            return null; // it will be fetched
        }
    }

    /// <summary>Keeps an archive, whose digest was checked, and where it came from.</summary>
    public void Keep(string place, string digest, byte[] archive)
    {
        Write(ArchivePath(digest), archive);
        Write(Path.Combine(Folder("sources"), Hash(place)), Encoding.UTF8.GetBytes(digest + "\n"));
    }

    private string ArchivePath(string digest) => Path.Combine(Folder("archives"), digest["sha256:".Length..] + ".tgz");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string Folder(string name)
    {
        var path = Path.Combine(_root, name);
        try
        {
            // Others must not be able to put charts in here.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "make the folder", path);
        }
    }

    /// <summary>Two processes may keep one archive at once, from two places: each writes a file of its own and renames it.</summary>
    private static void Write(string path, byte[] content)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None)) file.Write(content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "write", path);
        }
    }
}
