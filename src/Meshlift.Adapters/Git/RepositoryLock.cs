using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core;

namespace Meshlift.Adapters.Git;

/// <summary>
/// The right to write to a repository, or to a folder outside of any. One process has it at a time; a process that is killed loses it at once,
/// since it is the operating system's lock on an open file and not the file's existence.
/// </summary>
public sealed class RepositoryLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holderPath;

    private RepositoryLock(FileStream file, string folder, string holderPath) => (_file, Folder, _holderPath) = (file, folder, holderPath);

    /// <summary>What is locked: the repository's common Git directory, or the folder. A real path.</summary>
    public string Folder { get; }

    // Set once leftovers of earlier runs are gone: from then on all worktrees are this run's own.
    internal bool IsSwept { get; set; }

    /// <summary>Locks a repository, with all its worktrees, by <c>meshlift/lock</c> in its common Git directory.</summary>
    /// <exception cref="UserException">Another run has it (<see cref="ErrorKind.Refused"/>), or the file cannot be written.</exception>
    public static RepositoryLock Take(GitRepository repository, TimeProvider time) =>
        Take(repository.CommonDirectory, Path.Combine(repository.CommonDirectory, "meshlift", "lock"), repository.Root, time);

    /// <summary>Locks a folder that is in no repository, by a file in the user's cache.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="cacheFolder">The user's cache folder; Meshlift's files go into <c>meshlift</c> in it.</param>
    /// <param name="time">The clock that tells others since when it is locked.</param>
    /// <exception cref="UserException">Another run has it (<see cref="ErrorKind.Refused"/>), or the file cannot be written.</exception>
    public static RepositoryLock Take(string folder, string cacheFolder, TimeProvider time)
    {
        var real = RealPath.Of(folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(real)))[..32];
        return Take(real, Path.Combine(cacheFolder, "meshlift", "locks", hash), real, time);
    }

    /// <summary>Frees the lock. The file stays: to delete it would let two others lock two different files of that name.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_holderPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only names the holder while there is one.
        }
        _file.Dispose();
    }

    private static RepositoryLock Take(string folder, string path, string shown, TimeProvider time)
    {
        // Beside the lock, because what is locked cannot be read by others on every system.
        var holderPath = path + ".holder";
        FileStream file;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new UserException(
                ErrorKind.Refused,
                $"another meshlift{Holder(holderPath)} is writing to {shown}",
                "wait until it is done; if it hangs, end that process: the lock goes with it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ErrorKind.Environment, $"{path} cannot be locked: {e.Message}", "make the folder writable for this user", e);
        }
        try
        {
            File.WriteAllText(holderPath, string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n"));
            return new RepositoryLock(file, folder, holderPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new UserException(ErrorKind.Environment, $"{holderPath} cannot be written: {e.Message}", "make the folder writable for this user, and see whether the disk is full", e);
        }
    }

    // ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK elsewhere (11 on Linux, 35 on macOS and the BSDs).
    private static bool IsHeldByAnother(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;

    private static string Holder(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 and < 200 } holder ? $" ({holder})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has only just begun, or has just ended
        }
    }
}
