using System.Collections.Immutable;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Files;

/// <summary>A cluster's folder on disk: read as a whole, written as a whole.</summary>
/// <remarks>
/// Writing happens in two phases. First every new content is written into a staging folder, where a full disk or an interrupt leaves the tree as it was.
/// Then the files are renamed into place, a journal naming them all; a process that is killed in between leaves the journal, by which the next run
/// knows the half-written files as Meshlift's own and finishes the work.
/// </remarks>
public sealed class ClusterFolder(string path)
{
    private const string StagingName = ".meshlift.staging";
    private const int LargestFile = 64 << 20;
    private const int MostFiles = 100_000;

    private readonly string _path = Path.GetFullPath(path);

    private string Staging => Path.Combine(_path, StagingName);

    private string Journal => Path.Combine(Staging, "journal");

    /// <summary>Reads what stands in the folder; a folder that does not exist is empty.</summary>
    /// <param name="revision">The revision that will be rendered; of others, generated resources are left out.</param>
    /// <exception cref="UserException">A file cannot be read, or the folder is far larger than any mesh.</exception>
    public ClusterTree Read(RevisionName revision)
    {
        if (!Directory.Exists(_path)) return ClusterTree.Empty;
        var files = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        try
        {
            Read(new DirectoryInfo(_path), "", revision.Value, files);
            var unfinished = File.Exists(Journal) ? File.ReadAllLines(Journal) : [];
            return new ClusterTree(files.ToImmutable(), [.. unfinished]);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", _path);
        }
    }

    private static void Read(DirectoryInfo folder, string prefix, string revision, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Builder files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = prefix + entry.Name;
            if (entry is DirectoryInfo child)
            {
                // A link could lead out of the repository, or in a circle.
                if (child.LinkTarget is null && child.Name is not (StagingName or ".git") && !IsLeftOut(name, revision)) Read(child, name + "/", revision, files);
                continue;
            }
            if (((FileInfo)entry).Length > LargestFile) throw new UserException(ErrorKind.Environment, $"{entry.FullName} is larger than {LargestFile >> 20} MiB", "move it out of the folder");
            if (files.Count == MostFiles) throw new UserException(ErrorKind.Environment, $"{folder.FullName} and the folders above it hold more than {MostFiles} files", "check the cluster's path in meshlift.yaml");
            files[name] = File.ReadAllBytes(entry.FullName);
        }
    }

    /// <summary>The folders of resources below <c>REVISION/generated</c> and <c>REVISION/standby</c> of other revisions.</summary>
    private static bool IsLeftOut(string name, string revision)
    {
        var parts = name.Split('/');
        return parts.Length >= 2 && parts[0] != revision && (parts[1] == ClusterTree.Standby || (parts.Length > 2 && parts[1] == ClusterTree.Generated));
    }

    /// <summary>Makes the folder what the plan says.</summary>
    /// <exception cref="UserException">The file system refused. Nothing was changed, unless the message says otherwise.</exception>
    /// <exception cref="OperationCanceledException">Interrupted before the first file was changed.</exception>
    public void Write(Placement placement, CancellationToken cancel)
    {
        var changed = placement.Files.Where(file => file.Change != FileChangeKind.Unchanged).ToList();
        if (changed.Count == 0)
        {
            RemoveStaging();
            return;
        }
        var written = changed.Where(file => file.Change != FileChangeKind.Removed).ToList();
        try
        {
            RemoveStaging();
            Stage(written, changed, cancel);
        }
        catch (Exception e) when (FileFailure.IsExpected(e) || e is OperationCanceledException)
        {
            TryRemoveStaging();
            if (e is OperationCanceledException) throw;
            throw FileFailure.Of(e, "write to", _path, "nothing was changed");
        }
        try
        {
            // From here on an interrupt waits: what is left takes milliseconds.
            for (var i = 0; i < written.Count; i++)
            {
                var target = Path.Combine(_path, written[i].Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(StagedFile(i), target, overwrite: true);
            }
            foreach (var file in changed.Where(file => file.Change == FileChangeKind.Removed)) Remove(file.Path);
            RemoveStaging();
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "write to", _path, "some files are new and some are old; run the command again to finish");
        }
    }

    private void Stage(List<PlannedFile> written, List<PlannedFile> changed, CancellationToken cancel)
    {
        Directory.CreateDirectory(Staging);
        for (var i = 0; i < written.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            using var file = new FileStream(StagedFile(i), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(written[i].Bytes.Span);
        }
        cancel.ThrowIfCancellationRequested();
        var journal = Journal + ".tmp";
        File.WriteAllLines(journal, changed.Select(file => file.Path), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(journal, Journal, overwrite: true);
    }

    private string StagedFile(int index) => Path.Combine(Staging, index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void Remove(string path)
    {
        var file = Path.Combine(_path, path);
        File.Delete(file);
        for (var folder = Path.GetDirectoryName(file)!; folder.Length > _path.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
            Directory.Delete(folder);
    }

    private void RemoveStaging()
    {
        if (Directory.Exists(Staging)) Directory.Delete(Staging, recursive: true);
    }

    private void TryRemoveStaging()
    {
        try
        {
            RemoveStaging();
            if (Directory.Exists(_path) && !Directory.EnumerateFileSystemEntries(_path).Any()) Directory.Delete(_path);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            // The failure that led here is the one to report; the next run removes what is left.
        }
    }
}
