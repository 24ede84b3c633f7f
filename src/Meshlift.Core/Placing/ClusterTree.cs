using System.Collections.Immutable;

namespace Meshlift.Core.Placing;

/// <summary>What stands in a cluster's folder now.</summary>
/// <param name="Files">
/// Every file that matters, by its path below the folder ('/' between its parts), in ordinal order. Of revisions other than the one that is rendered, the
/// generated and standby files may be left out: their inventory speaks for them.
/// </param>
/// <param name="Unfinished">Paths that an interrupted run was about to write or remove; they are Meshlift's own, whatever is in them.</param>
public sealed record ClusterTree(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files, ImmutableHashSet<string> Unfinished)
{
    /// <summary>The folder of the shared resources.</summary>
    public const string Common = "common";

    /// <summary>The folder of the CRDs.</summary>
    public const string Crds = $"{Common}/customresourcedefinition";

    /// <summary>The folder of the once-only resources that are in charge.</summary>
    public const string Active = "active";

    /// <summary>The folder of a revision's own resources, below the revision's folder.</summary>
    public const string Generated = "generated";

    /// <summary>The folder of a revision's once-only resources, below the revision's folder.</summary>
    public const string Standby = "standby";

    /// <summary>A folder with nothing in it.</summary>
    public static ClusterTree Empty { get; } = new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal), []);

    // Several steps ask for them. What was read is of these very files: a copy of the tree with others reads again.
    private (ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Of, ClusterInventory Inventory)? _inventory;
    private (ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Of, ImmutableArray<RevisionInventory> Inventories)? _revisions;

    /// <summary>The inventory of the folder itself.</summary>
    /// <param name="name">The folder's name, for messages.</param>
    /// <exception cref="UserException">It is damaged.</exception>
    public ClusterInventory ReadInventory(string name)
    {
        if (_inventory is { } known && ReferenceEquals(known.Of, Files)) return known.Inventory;
        var read = Files.TryGetValue(InventoryFile.Name, out var bytes) ? InventoryFile.ReadCluster(bytes.Span, $"{name}/{InventoryFile.Name}") : ClusterInventory.Empty;
        _inventory = (Files, read);
        return read;
    }

    /// <summary>The inventories of all revisions that have a folder, oldest version first.</summary>
    /// <param name="name">The folder's name, for messages.</param>
    /// <exception cref="UserException">One is damaged.</exception>
    public ImmutableArray<RevisionInventory> ReadRevisions(string name)
    {
        if (_revisions is { } known && ReferenceEquals(known.Of, Files)) return known.Inventories;
        ImmutableArray<RevisionInventory> read =
        [
            .. Files.Where(file => file.Key.EndsWith("/" + InventoryFile.Name, StringComparison.Ordinal) && file.Key.AsSpan().Count('/') == 1)
                .Select(file => InventoryFile.ReadRevision(file.Value.Span, $"{name}/{file.Key}"))
                .OrderBy(inventory => inventory.Version).ThenBy(inventory => inventory.Revision.Value, StringComparer.Ordinal),
        ];
        _revisions = (Files, read);
        return read;
    }

    /// <summary>The folder after a placement.</summary>
    public ClusterTree With(Placement placement) => this with
    {
        Files = placement.Files.Aggregate(Files, (files, file) => file.Change == FileChangeKind.Removed ? files.Remove(file.Path) : files.SetItem(file.Path, file.Bytes)),
    };

    /// <summary>The files below a folder.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Below(string folder) =>
        Files.Where(file => file.Key.StartsWith(folder + "/", StringComparison.Ordinal));
}
