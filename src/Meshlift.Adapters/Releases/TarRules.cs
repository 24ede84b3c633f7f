using System.Formats.Tar;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Releases;

/// <summary>Holds the entries of a tar archive against the rules of archives.</summary>
internal static class TarRules
{
    /// <summary>The safe path of an entry, and what it is.</summary>
    /// <exception cref="Core.UserException">The entry breaks a rule.</exception>
    public static (string Path, ArchiveEntryKind Kind) Check(this ArchiveRules rules, TarEntry entry)
    {
        var kind = entry.EntryType switch
        {
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => ArchiveEntryKind.File,
            TarEntryType.Directory => ArchiveEntryKind.Folder,
            TarEntryType.SymbolicLink => ArchiveEntryKind.SymbolicLink,
            TarEntryType.HardLink => ArchiveEntryKind.HardLink,
            _ => ArchiveEntryKind.Other,
        };
        var link = kind is ArchiveEntryKind.SymbolicLink or ArchiveEntryKind.HardLink ? entry.LinkName : null;
        return (rules.Check(new ArchiveEntry(entry.Name, kind, entry.Length, link)), kind);
    }
}
