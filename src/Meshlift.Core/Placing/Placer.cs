using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Delivery;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Placing;

/// <summary>Where a cluster's folder is, for messages and for the delivery engine.</summary>
/// <param name="Name">The cluster.</param>
/// <param name="Folder">The folder below the root of the repository, with '/' between its parts.</param>
/// <param name="Delivery">The delivery engine.</param>
public sealed record ClusterTarget(string Name, string Folder, IDeliveryEngine Delivery);

/// <summary>What the user allows a placement to do beyond the usual.</summary>
/// <param name="Activate">Parts of the once-only resources that this revision takes charge of.</param>
/// <param name="Overwrite">True to discard edits that were made by hand in generated files.</param>
public sealed record PlacementOptions(ImmutableHashSet<OncePart> Activate, bool Overwrite = false)
{
    /// <summary>Single once-only resources that this revision takes charge of.</summary>
    public ImmutableHashSet<ResourceIdentity> Take { get; init; } = [];

    /// <summary>True for a step that moves tags alone: nothing new comes into <c>active/</c>, and nothing leaves <c>common/</c>.</summary>
    public bool IsOfTags { get; init; }

    /// <summary>Single once-only resources that leave <c>active/</c>, whoever is in charge of them; the rendering must not hold them.</summary>
    public ImmutableHashSet<ResourceIdentity> Release { get; init; } = [];

    /// <summary>Nothing beyond the usual.</summary>
    public static PlacementOptions None { get; } = new([]);
}

/// <summary>The step <c>write</c>, as a decision: which file of a cluster's folder gets which bytes, and which files go.</summary>
public static class Placer
{
    /// <summary>Plans one revision into one cluster.</summary>
    /// <exception cref="UserException">
    /// An inventory is damaged; a generated file was edited by hand; a person's file stands where one would be generated; or a resource would be applied twice.
    /// </exception>
    public static Placement Plan(RenderedRevision rendered, ClusterTree tree, ClusterTarget target, PlacementOptions options)
    {
        var inventory = tree.ReadInventory(target.Folder);
        var revisions = tree.ReadRevisions(target.Folder);
        var others = revisions.Where(other => other.Revision != rendered.Revision).ToImmutableArray();
        var desired = new SortedDictionary<string, (ReadOnlyMemory<byte> Bytes, InventoryEntry? Entry)>(StringComparer.Ordinal);

        var own = Own(rendered);
        var shared = SharedPlacement.Decide(Of(rendered, ResourceClass.Crd, ResourceClass.Shared), inventory, others, keepsAll: options.IsOfTags, rendered.Revision, rendered.Version);
        var active = ActivePlacement.Decide(Of(rendered, ResourceClass.OnceOnly), inventory, options, isFirst: revisions.IsEmpty, rendered.Revision, rendered.Version);
        foreach (var (entry, bytes) in own) Add(desired, $"{rendered.Revision}/{entry.Path}", bytes, entry);
        foreach (var (entry, bytes) in shared.Written.Concat(active.Written)) Add(desired, entry.Path, bytes, entry);

        var inputs = RevisionInputs.Decide(rendered, tree, revisions.FirstOrDefault(one => one.Revision == rendered.Revision));
        foreach (var (entry, bytes) in inputs.Written) Add(desired, $"{rendered.Revision}/{entry.Path}", bytes, null);

        var revisionInventory = new RevisionInventory(
            rendered.Revision,
            rendered.Version,
            rendered.From,
            [.. own.Select(file => file.Entry)],
            [.. Of(rendered, ResourceClass.Crd, ResourceClass.Shared).Select(placed => new SharedEntry(placed.Resource.Identity, placed.Class.Class))],
            [.. inputs.Written.Select(file => file.Entry)]);
        Add(desired, $"{rendered.Revision}/{InventoryFile.Name}", InventoryFile.Write(revisionInventory), null);

        var common = Merge(shared);
        var inCharge = Merge(active);
        var handWritten = HandWrittenFiles.Find(tree, inventory, revisions, desired.Keys);
        var applied = new DeliveryInput(
            target.Folder,
            common,
            inCharge,
            [
                .. others.Append(revisionInventory).OrderBy(one => one.Version).ThenBy(one => one.Revision.Value, StringComparer.Ordinal)
                    .Select(one => new DeliveredRevision(one.Revision, one.Version, [.. one.Files.Where(file => file.Path.StartsWith(ClusterTree.Generated + "/", StringComparison.Ordinal))])),
            ],
            handWritten.ByFolder);
        AppliedOnce.Check(applied, handWritten, target);

        var findings = shared.Findings.AddRange(active.Findings).AddRange(inputs.Findings).AddRange(Missing(shared.Kept.AddRange(active.Kept), tree)).AddRange(Strangers(handWritten, desired.Keys, rendered));
        var delivery = ImmutableArray.CreateBuilder<RecordedFile>();
        foreach (var file in target.Delivery.Files(applied))
        {
            if (handWritten.Paths.Contains(file.Path))
            {
                findings = findings.Add(new Finding("ML1009", Severity.Warning, "a file of your own stands where Meshlift would write one for what delivers it; it is left alone, so make sure that it brings the generated files", file.Path));
                continue;
            }
            delivery.Add(new RecordedFile(file.Path, ContentDigest.Of(file.Bytes.Span)));
            Add(desired, file.Path, file.Bytes, null);
        }
        findings = findings.AddRange(LeavingEngine.Find([.. inventory.Delivery.Select(entry => entry.Path)], [.. delivery.Select(entry => entry.Path)]));
        Add(desired, InventoryFile.Name, InventoryFile.Write(new ClusterInventory([.. common.AddRange(inCharge).OrderBy(entry => entry.Path, StringComparer.Ordinal)], [.. delivery.OrderBy(entry => entry.Path, StringComparer.Ordinal)])), null);

        var kept = common.Concat(inCharge).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var owned = Ownership.Of(tree, inventory, revisions.FirstOrDefault(one => one.Revision == rendered.Revision));
        return new Placement(FileChanges.Plan(desired, kept, owned, tree, target, options.Overwrite), findings);
    }

    private static ImmutableArray<(InventoryEntry Entry, ReadOnlyMemory<byte> Bytes)> Own(RenderedRevision rendered) =>
    [
        .. rendered.Resources.Where(placed => placed.Class.Class is ResourceClass.PerRevision or ResourceClass.OnceOnly).Select(placed =>
        {
            var folder = placed.Class.Class == ResourceClass.PerRevision ? ClusterTree.Generated : ClusterTree.Standby;
            var bytes = placed.Resource.ToCanonicalYaml();
            return (new InventoryEntry($"{folder}/{placed.Path}", placed.Resource.Identity, placed.Class, ContentDigest.Of(bytes.Span), rendered.Revision, rendered.Version), bytes);
        }).OrderBy(file => file.Item1.Path, StringComparer.Ordinal),
    ];

    private static IEnumerable<ClassifiedResource> Of(RenderedRevision rendered, params ResourceClass[] classes) =>
        rendered.Resources.Where(placed => classes.Contains(placed.Class.Class));

    private static ImmutableArray<InventoryEntry> Merge(FolderDecision decision) =>
        [.. decision.Written.Select(file => file.Entry).Concat(decision.Kept).OrderBy(entry => entry.Path, StringComparer.Ordinal)];

    private static IEnumerable<Finding> Missing(IEnumerable<InventoryEntry> kept, ClusterTree tree) =>
        kept.Where(entry => !tree.Files.ContainsKey(entry.Path)).Select(entry => new Finding(
            "ML1011", Severity.Error, $"{entry.Resource} is recorded but its file is missing; render {entry.Version} again to restore it", entry.Path));

    /// <summary>Files in folders where nothing but Meshlift writes; a plain <c>kubectl apply -R</c> would apply them.</summary>
    private static IEnumerable<Finding> Strangers(HandWrittenFiles handWritten, IEnumerable<string> desired, RenderedRevision rendered) => handWritten.Paths
        .Where(path => path.StartsWith($"{rendered.Revision}/{ClusterTree.Generated}/", StringComparison.Ordinal) || path.StartsWith($"{rendered.Revision}/{ClusterTree.Standby}/", StringComparison.Ordinal))
        .Except(desired, StringComparer.Ordinal).Order(StringComparer.Ordinal)
        .Select(path => new Finding("ML1012", Severity.Warning, "a file that Meshlift did not write stands in a folder that is only Meshlift's; put it beside the folder instead", path));

    private static void Add(SortedDictionary<string, (ReadOnlyMemory<byte> Bytes, InventoryEntry? Entry)> desired, string path, ReadOnlyMemory<byte> bytes, InventoryEntry? entry)
    {
        if (!desired.TryAdd(path, (bytes, entry)))
            throw new UserException(ErrorKind.Input, $"{entry?.Resource.ToString() ?? path} and {desired[path].Entry?.Resource.ToString() ?? "a file of Meshlift"} would both stand in {path}", "rename one of the two; their names differ in nothing that a file name can show");
    }
}
