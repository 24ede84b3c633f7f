using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Releases;

/// <summary>
/// The user's cache of releases, shared by all processes. An archive is named by its digest and gets that name in one step when it is complete and
/// verified; whoever uses it checks the digest again. Everything else in here may be lost or damaged at any time.
/// </summary>
internal sealed class ReleaseCache
{
    private readonly string _root;

    /// <summary>The cache in a folder.</summary>
    /// <param name="cacheFolder">The user's cache folder; releases go into <c>meshlift/releases</c> in it.</param>
    public ReleaseCache(string cacheFolder) => _root = Path.Combine(Path.GetFullPath(cacheFolder), "meshlift", "releases");

    /// <summary>The folder of all.</summary>
    public string Root => _root;

    /// <summary>Locks what belongs to one release for this process.</summary>
    public async Task<CacheLock> LockAsync(ReleaseArchive archive, TimeProvider time, Action waiting, CancellationToken cancel)
    {
        var folder = Path.Combine(_root, "locks");
        Make(folder);
        // All archives of a release together: two parts of it may come in one archive.
        return await CacheLock.TakeAsync(Path.Combine(folder, $"{archive.Version}-{archive.Platform}"), time, waiting, cancel);
    }

    /// <summary>The path of a verified archive.</summary>
    public string Archive(string digest) => Path.Combine(_root, "archives", Hex(digest));

    /// <summary>The path of an archive on its way in.</summary>
    public PartialFile Partial(string digest) => new(Path.Combine(_root, "partial", Hex(digest)));

    /// <summary>The folder of an unpacked part.</summary>
    public UnpackedPart Unpacked(string digest, ReleasePart part) => new(Path.Combine(_root, "unpacked", $"{Hex(digest)}-{part.ToString().ToLowerInvariant()}"));

    /// <summary>The digest that an address had when it was last fetched; null when that is not known, or when there is no archive of that digest.</summary>
    public string? KnownDigest(Uri address, ReleaseArchive archive)
    {
        try
        {
            // Without the archive the digest would have to be believed, and it may be damaged.
            return BoundedFile.ReadIfThere(Source(address)) is { } content && DigestFile.Parse(content.Span, archive.FileName, "the cache") is var digest && File.Exists(Archive(digest)) ? digest : null;
        }
        catch (UserException)
        {
            return null; // damaged: it will be asked for
        }
    }

    /// <summary>Keeps the digest of an address. Files of releases never change.</summary>
    public void Remember(Uri address, ReleaseArchive archive, string digest) => Keep(Source(address), $"{Hex(digest)}  {archive.FileName}\n");

    /// <summary>What was found out about the signature of an archive; null when nothing was.</summary>
    public string? SignatureNote(string digest)
    {
        try
        {
            return BoundedFile.ReadIfThere(Note(digest)) is { } content ? Encoding.UTF8.GetString(content.Span).TrimEnd('\n') : null;
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>Keeps what was found out about the signature of an archive.</summary>
    public void KeepSignatureNote(string digest, string note) => Keep(Note(digest), note + "\n");

    /// <summary>Removes an archive that is not to be trusted.</summary>
    public void Forget(string digest)
    {
        try
        {
            File.Delete(Archive(digest));
            if (File.Exists(Note(digest))) File.Delete(Note(digest));
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "delete", Archive(digest));
        }
    }

    private static string Hex(string digest) => digest["sha256:".Length..];

    private string Note(string digest) => Path.Combine(_root, "signatures", Hex(digest));

    private string Source(Uri address) => Path.Combine(_root, "sources", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri))));

    private static void Keep(string path, string text)
    {
        Make(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
    }

    private static void Make(string folder)
    {
        try
        {
            // Others must not be able to put programs in here.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "make the folder", folder);
        }
    }
}
