using Meshlift.Adapters.Files;

namespace Meshlift.Adapters.Releases;

/// <summary>
/// The right to work on one thing of the cache. One process has it, others wait; a process that is killed loses it at once, since it is the operating
/// system's lock on an open file and not the file's existence.
/// </summary>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private CacheLock(FileStream file) => _file = file;

    /// <summary>Takes a lock, waiting for as long as another has it.</summary>
    /// <param name="path">The file; it is made when it is not there, and stays.</param>
    /// <param name="time">The clock of the pauses between two tries.</param>
    /// <param name="waiting">Called once when another has it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Core.UserException">The file cannot be written.</exception>
    public static async Task<CacheLock> TakeAsync(string path, TimeProvider time, Action waiting, CancellationToken cancel)
    {
        for (var first = true; ; first = false)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new CacheLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (first) waiting();
            }
            catch (Exception e) when (FileFailure.IsExpected(e))
            {
                throw FileFailure.Of(e, "lock", path);
            }
            // No operating system wakes a waiter of such a lock through .NET, so it is asked again.
            await Task.Delay(Pause, time, cancel);
        }
    }

    /// <summary>Frees the lock. The file stays: to delete it would let two others lock two different files of that name.</summary>
    public void Dispose() => _file.Dispose();

    // ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK elsewhere (11 on Linux, 35 on macOS and the BSDs).
    private static bool IsHeldByAnother(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;
}
