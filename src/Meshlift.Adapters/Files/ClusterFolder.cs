using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Files;

/// <summary>A cluster's folder on disk: read as a whole, written as a whole.</summary>
/// <remarks>
/// Writing happens in two phases. First every new content is written into a staging folder, where a full disk or an interrupt leaves the tree as it was.
/// Then the files are renamed into place, a journal naming them all; a process that is killed in between leaves the journal, by which the next run
/// knows the half-written files as Meshlift's own and finishes the work. Git does not see the staging folder.
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
    /// <param name="revision">The revision that will be rendered; of others, generated resources are left out. Null to read everything.</param>
    /// <exception cref="UserException">A file cannot be read, or the folder is far larger than any mesh.</exception>
    public ClusterTree Read(RevisionName? revision)
    {
        if (!Directory.Exists(_path)) return ClusterTree.Empty;
        var files = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        try
        {
            Read(new DirectoryInfo(_path), "", revision?.Value, files);
            return new ClusterTree(files.ToImmutable(), [.. Unfinished()]);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", _path);
        }
    }

    private static void Read(DirectoryInfo folder, string prefix, string? revision, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Builder files)
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
    private static bool IsLeftOut(string name, string? revision)
    {
        if (revision is null) return false;
        var parts = name.Split('/');
        return parts.Length >= 2 && parts[0] != revision && (parts[1] == ClusterTree.Standby || (parts.Length > 2 && parts[1] == ClusterTree.Generated));
    }

    /// <summary>Lays everything ready that makes the folder what the plan says. Nothing of it shows until it is committed.</summary>
    /// <exception cref="UserException">The file system refused; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; nothing was changed.</exception>
    public StagedFiles Stage(Placement placement, CancellationToken cancel)
    {
        var changed = placement.Files.Where(file => file.Change != FileChangeKind.Unchanged).ToList();
        var staged = new StagedFiles(_path, Staging);
        try
        {
            // A run that was killed may have left half of its work. Until all of it is finished, the journal must outlive this run, too.
            var unfinished = Unfinished();
            staged.KeepsStaging = unfinished.Length > 0;
            if (unfinished.Length == 0 && Directory.Exists(Staging)) Directory.Delete(Staging, recursive: true);
            if (changed.Count == 0) return staged;
            staged.MakeFolder(Staging);
            File.WriteAllText(Path.Combine(Staging, ".gitignore"), "*\n");
            foreach (var file in changed)
            {
                cancel.ThrowIfCancellationRequested();
                var target = Path.Combine(_path, file.Path);
                RefuseLinks(target);
                if (file.Change == FileChangeKind.Removed) staged.Remove(target);
                else staged.Write(target, Path.Combine(Staging, staged.Count.ToString(CultureInfo.InvariantCulture)), file.Bytes.Span);
            }
            var journal = Journal + ".tmp";
            File.WriteAllLines(journal, changed.Select(file => file.Path).Union(unfinished, StringComparer.Ordinal), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(journal, Journal, overwrite: true);
            return staged;
        }
        catch (Exception e)
        {
            staged.Dispose();
            if (FileFailure.IsExpected(e)) throw FileFailure.Of(e, "write to", _path, "nothing was changed");
            throw;
        }
    }

    /// <summary>What a run that was killed was about to write or remove.</summary>
    private string[] Unfinished() => File.Exists(Journal) ? File.ReadAllLines(Journal) : [];

    /// <summary>A folder that is a link to elsewhere would carry the files out of the repository.</summary>
    private void RefuseLinks(string target)
    {
        for (var folder = Path.GetDirectoryName(target)!; folder.Length > _path.Length; folder = Path.GetDirectoryName(folder)!)
            if (new DirectoryInfo(folder).LinkTarget is { } elsewhere)
                throw new UserException(ErrorKind.Refused, $"{folder} is a link to {elsewhere}, and generated files are to stand in it; nothing was changed", "put a folder in its place");
    }
}
