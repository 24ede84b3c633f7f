using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>New contents that lie ready beside the files that they will replace, and files that will be removed. Disposed without a commit, nothing has changed.</summary>
/// <remarks>
/// All that usually fails (a full disk, a read-only folder, a folder where a file should go) fails while staging. What can still fail afterwards, a rename,
/// is undone: the old contents are kept in memory until all is done.
/// </remarks>
public sealed class StagedFiles : IDisposable
{
    private readonly string _root;
    private readonly string? _staging;
    private readonly List<Change> _changes = [];
    private readonly List<string> _madeFolders = [];
    private bool _isSettled;

    /// <summary>Nothing yet.</summary>
    /// <param name="root">What messages call the place of the files; folders above it are not removed when they become empty.</param>
    /// <param name="staging">A folder for the new contents, removed when all is done; null when they are staged elsewhere.</param>
    internal StagedFiles(string root, string? staging) => (_root, _staging) = (root, staging);

    /// <summary>True when the folder for the new contents must stay if nothing is committed: it holds what an earlier run has left to do.</summary>
    internal bool KeepsStaging { get; set; }

    /// <summary>How many files will change.</summary>
    internal int Count => _changes.Count;

    /// <summary>Writes a new content beside its target.</summary>
    /// <exception cref="IOException">The file system refused.</exception>
    /// <exception cref="UserException">A folder stands where the file is to stand, or a file where its folder is.</exception>
    internal void Write(string target, string staged, ReadOnlySpan<byte> content)
    {
        MakeFolder(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target)) throw InTheWay(target, "folder", "file");
        _changes.Add(new Change(target, staged, Before(target)));
        using var file = new FileStream(staged, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(content);
    }

    /// <summary>Notes a file that will be removed.</summary>
    /// <exception cref="IOException">The file system refused.</exception>
    internal void Remove(string target) => _changes.Add(new Change(target, null, Before(target)));

    /// <summary>Makes a folder that goes again when nothing is committed.</summary>
    /// <exception cref="IOException">The file system refused.</exception>
    /// <exception cref="UserException">A file stands there.</exception>
    internal void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (File.Exists(folder)) throw InTheWay(folder, "file", "folder");
        if (Path.GetDirectoryName(folder) is { } parent) MakeFolder(parent);
        Directory.CreateDirectory(folder);
        _madeFolders.Add(folder);
    }

    /// <summary>Puts everything in place: all of it, or, when the file system refuses, nothing.</summary>
    /// <param name="all">What was staged; in this order.</param>
    /// <exception cref="UserException">The file system refused. Nothing was changed, unless the message says otherwise.</exception>
    public static void Commit(IReadOnlyList<StagedFiles> all)
    {
        var done = new Stack<Change>();
        foreach (var files in all)
        {
            try
            {
                foreach (var change in files._changes)
                {
                    change.Apply();
                    done.Push(change);
                }
            }
            catch (Exception e) when (FileFailure.IsExpected(e))
            {
                if (TryUndo(done)) throw FileFailure.Of(e, "write to", files._root, "nothing was changed");
                // What lies ready stays, so that the next run knows which files are half done.
                foreach (var one in all) one._isSettled = true;
                throw FileFailure.Of(e, "write to", files._root, "some files are new and some are old; run the command again to finish");
            }
        }
        foreach (var files in all)
        {
            files._isSettled = true;
            // What is left is litter: a failure here is not worth an error, and the next run tries again.
            Quietly(files.RemoveEmptied);
            Quietly(files.RemoveStaging);
        }
    }

    /// <summary>Removes what was staged; the files are as they were.</summary>
    public void Dispose()
    {
        if (_isSettled) return;
        _isSettled = true;
        foreach (var change in _changes.Where(change => change.Staged is not null)) Quietly(() => File.Delete(change.Staged!));
        if (!KeepsStaging) Quietly(RemoveStaging);
        foreach (var folder in Enumerable.Reverse(_madeFolders)) Quietly(() => RemoveIfEmpty(folder));
    }

    private static UserException InTheWay(string path, string stands, string wanted) =>
        new(ErrorKind.Refused, $"{path} is a {stands}, and a generated {wanted} is to stand there; nothing was changed", $"move the {stands} away");

    private static byte[]? Before(string target) => File.Exists(target) ? File.ReadAllBytes(target) : null;

    private static bool TryUndo(Stack<Change> done)
    {
        var isUndone = true;
        foreach (var change in done) isUndone &= Quietly(change.Undo);
        return isUndone;
    }

    private void RemoveEmptied()
    {
        foreach (var change in _changes.Where(change => change.Staged is null))
            for (var folder = Path.GetDirectoryName(change.Target)!; folder.Length > _root.Length && RemoveIfEmpty(folder); folder = Path.GetDirectoryName(folder)!) { }
    }

    private void RemoveStaging()
    {
        if (_staging is not null && Directory.Exists(_staging)) Directory.Delete(_staging, recursive: true);
    }

    private static bool RemoveIfEmpty(string folder)
    {
        if (!Directory.Exists(folder)) return true;
        if (Directory.EnumerateFileSystemEntries(folder).Any()) return false;
        Directory.Delete(folder);
        return true;
    }

    private static bool Quietly(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            return false;
        }
    }

    /// <param name="Target">The file.</param>
    /// <param name="Staged">Where its new content lies; null to remove it.</param>
    /// <param name="Before">Its content before; null when it is new.</param>
    private sealed record Change(string Target, string? Staged, byte[]? Before)
    {
        public void Apply()
        {
            if (Staged is null) File.Delete(Target);
            else File.Move(Staged, Target, overwrite: true);
        }

        public void Undo()
        {
            if (Before is null) File.Delete(Target);
            else File.WriteAllBytes(Target, Before);
        }
    }
}
