namespace Meshlift.Core.Releases;

/// <summary>What an entry of an archive is.</summary>
public enum ArchiveEntryKind
{
    /// <summary>A file with content.</summary>
    File,
    /// <summary>A folder.</summary>
    Folder,
    /// <summary>A name for another path, seen from the folder of the entry.</summary>
    SymbolicLink,
    /// <summary>A second name for an entry, seen from the root of the archive.</summary>
    HardLink,
    /// <summary>A device, a pipe, or anything else that no release holds.</summary>
    Other,
}

/// <summary>An entry of an archive, as the archive describes it.</summary>
/// <param name="Name">Its path as written.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">The bytes of its content.</param>
/// <param name="LinkTarget">Where a link leads; null for what is no link.</param>
public sealed record ArchiveEntry(string Name, ArchiveEntryKind Kind, long Length, string? LinkTarget = null);

/// <summary>
/// Decides over the entries of one archive, in their order, whether the archive may be unpacked. One bad entry condemns it, also one that nobody needs:
/// who made it meant harm, or made it carelessly.
/// </summary>
/// <param name="archive">The name of the archive, for messages.</param>
public sealed class ArchiveRules(string archive)
{
    /// <summary>The most entries; a release has about two thousand.</summary>
    public const int MostEntries = 20_000;

    /// <summary>The largest file, in bytes; istioctl has about 100 MB.</summary>
    public const long LargestEntry = 512L << 20;

    /// <summary>The largest sum of all files, in bytes.</summary>
    public const long LargestTotal = 1L << 30;

    private const int LongestName = 1024;
    private const int DeepestPath = 40;

    // By the name that a file system which ignores case would see.
    private readonly Dictionary<string, (string Path, bool IsFolder)> _seen = new(StringComparer.OrdinalIgnoreCase);
    private int _entries;
    private long _total;

    /// <summary>Checks the next entry.</summary>
    /// <returns>Its path below the archive's root, without <c>./</c> before and <c>/</c> behind it; empty for the root itself.</returns>
    /// <exception cref="UserException">The archive must not be unpacked.</exception>
    public string Check(ArchiveEntry entry)
    {
        if (++_entries > MostEntries) throw Refuse($"holds more than {MostEntries} entries");
        if (entry.Length < 0 || entry.Length > LargestEntry) throw Refuse($"holds an entry of more than {LargestEntry >> 20} MiB, {Shown(entry.Name)}");
        if ((_total += entry.Length) > LargestTotal) throw Refuse($"holds more than {LargestTotal >> 20} MiB");
        if (entry.Kind == ArchiveEntryKind.Other) throw Refuse($"holds something that is neither file, folder nor link, {Shown(entry.Name)}");
        var parts = Parts(entry.Name);
        var path = string.Join('/', parts);
        if (entry.Kind is ArchiveEntryKind.SymbolicLink or ArchiveEntryKind.HardLink)
        {
            var from = entry.Kind == ArchiveEntryKind.SymbolicLink ? Math.Max(parts.Count - 1, 0) : 0;
            if (Leaves(entry.LinkTarget ?? "", from)) throw Refuse($"holds a link that leads out of its folder, {Shown(entry.Name)} to {Shown(entry.LinkTarget ?? "")}");
        }
        for (var i = 1; i < parts.Count; i++) See(string.Join('/', parts.Take(i)), isFolder: true, entry);
        if (parts.Count > 0) See(path, entry.Kind == ArchiveEntryKind.Folder, entry);
        return path;
    }

    /// <summary>The error for an archive that must not be unpacked.</summary>
    /// <param name="what">What it holds or does, behind its name.</param>
    public UserException Refuse(string what) =>
        new(ErrorKind.Refused, $"the archive {archive} {what}", "its digest is right, so whoever published it made it so; take Istio's own from https://github.com/istio/istio/releases");

    private void See(string path, bool isFolder, ArchiveEntry entry)
    {
        if (_seen.TryAdd(path, (path, isFolder))) return;
        var (earlier, wasFolder) = _seen[path];
        if (earlier != path) throw Refuse($"holds {Shown(earlier)} and {Shown(path)}, which are one file where case does not count");
        if (!isFolder || !wasFolder) throw Refuse($"holds {Shown(entry.Name)} twice");
    }

    private List<string> Parts(string name)
    {
        if (name.Length is 0 or > LongestName) throw Refuse("holds an entry without a name, or with a far too long one");
        // A colon names a drive or a hidden stream on Windows, a backslash separates folders there.
        if (name.Any(c => char.IsControl(c) || c is '\\' or ':')) throw Refuse($"holds an entry with a name that is not a path on every system, {Shown(name)}");
        if (name[0] == '/') throw Refuse($"holds an absolute path, {Shown(name)}");
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == "..") throw Refuse($"holds a path that leaves its folder, {Shown(name)}");
            if (part[^1] is ' ' or '.') throw Refuse($"holds an entry with a name that is not a path on every system, {Shown(name)}");
            parts.Add(part);
        }
        return parts.Count <= DeepestPath ? parts : throw Refuse($"holds folders more than {DeepestPath} deep");
    }

    private static bool Leaves(string target, int depth)
    {
        if (target.Length == 0 || target[0] == '/' || target.Contains('\\', StringComparison.Ordinal) || target.Contains(':', StringComparison.Ordinal)) return true;
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".") continue;
            depth += part == ".." ? -1 : 1;
            if (depth < 0) return true;
        }
        return false;
    }

    private static string Shown(string name)
    {
        var end = Math.Min(name.Length, 120);
        return $"'{string.Concat(name.AsSpan(0, end).ToString().Select(c => char.IsControl(c) ? ' ' : c))}{(end < name.Length ? "..." : "")}'";
    }
}
