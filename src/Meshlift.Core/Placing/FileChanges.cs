using System.Collections.Immutable;

namespace Meshlift.Core.Placing;

/// <summary>Compares what should stand in a folder with what stands there.</summary>
internal static class FileChanges
{
    public static ImmutableArray<PlannedFile> Plan(
        SortedDictionary<string, (ReadOnlyMemory<byte> Bytes, InventoryEntry? Entry)> desired,
        HashSet<string> kept,
        Dictionary<string, string?> owned,
        ClusterTree tree,
        ClusterTarget target,
        bool overwrite)
    {
        var files = new List<PlannedFile>();
        var foreign = new List<string>();
        var edited = new List<string>();
        foreach (var (path, (bytes, entry)) in desired)
        {
            var change = FileChangeKind.Added;
            if (tree.Files.TryGetValue(path, out var standing))
            {
                change = standing.Span.SequenceEqual(bytes.Span) ? FileChangeKind.Unchanged : FileChangeKind.Changed;
                if (change == FileChangeKind.Changed)
                {
                    if (!owned.TryGetValue(path, out var digest)) foreign.Add(path);
                    else if (IsEdited(standing, digest)) edited.Add(path);
                }
            }
            files.Add(new PlannedFile(path, change, bytes, entry?.Resource, entry?.Class));
        }
        var before = tree.ReadInventory(target.Folder).Files.Concat(tree.ReadRevisions(target.Folder).SelectMany(revision => revision.Files.Select(file => file with { Path = $"{revision.Revision}/{file.Path}" })))
            .ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        foreach (var (path, digest) in owned)
        {
            if (desired.ContainsKey(path) || kept.Contains(path) || !tree.Files.TryGetValue(path, out var standing)) continue;
            if (IsEdited(standing, digest)) edited.Add(path);
            var entry = before.GetValueOrDefault(path);
            files.Add(new PlannedFile(path, FileChangeKind.Removed, default, entry?.Resource, entry?.Class));
        }
        if (foreign.Count > 0)
            throw new UserException(ErrorKind.Refused, $"files that Meshlift did not write stand where it would write\n  {Lines(foreign)}", "move them away, or remove them; nothing was changed");
        if (edited.Count > 0 && !overwrite)
            throw new UserException(ErrorKind.Refused, $"generated files were edited by hand\n  {Lines(edited)}", "keep the edit as a patch beside the revision or in the patches folder, or discard it with 'meshlift render --overwrite'; nothing was changed");
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];

        string Lines(List<string> paths) => string.Join("\n  ", paths.Select(path => $"{target.Folder}/{path}"));
    }

    private static bool IsEdited(ReadOnlyMemory<byte> standing, string? digest) => digest is not null && ContentDigest.Of(standing.Span) != digest;
}
