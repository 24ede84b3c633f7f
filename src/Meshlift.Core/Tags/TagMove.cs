using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Tags;

/// <summary>What is to become of a tag. The set is closed.</summary>
/// <param name="Tag">The tag.</param>
public abstract record TagChange(TagName Tag)
{
    /// <summary>It points at a revision, whether it was there before or not.</summary>
    /// <param name="Tag">The tag.</param>
    /// <param name="Revision">The revision.</param>
    public sealed record Set(TagName Tag, RevisionName Revision) : TagChange(Tag);

    /// <summary>It goes, with all its objects.</summary>
    /// <param name="Tag">The tag.</param>
    public sealed record Remove(TagName Tag) : TagChange(Tag);
}

/// <summary>What changing a tag does to one cluster's folder.</summary>
/// <param name="Placement">The files. Those that stay as they are are not among them.</param>
/// <param name="From">The revision that had the tag; null when there was no such tag.</param>
/// <param name="To">The revision that has it afterwards; null when it is gone.</param>
/// <param name="Switches">What else moves, in sentences; empty but for the tag <c>default</c>.</param>
public sealed record TagPlan(Placement Placement, RevisionName? From, RevisionName? To, ImmutableArray<string> Switches);

/// <summary>Moves the webhook, the Service and the validator of one tag together, by what stands in Git of the revision that gets it.</summary>
public static class TagMove
{
    private static readonly PlacementOptions Nothing = PlacementOptions.None with { IsOfTags = true };

    /// <summary>Plans a change.</summary>
    /// <param name="change">What is wanted.</param>
    /// <param name="tree">The cluster's folder, complete.</param>
    /// <param name="target">Where the folder is.</param>
    /// <exception cref="UserException">The revision or the tag is not there; a name is taken; a generated file was edited by hand.</exception>
    public static TagPlan Plan(TagChange change, ClusterTree tree, ClusterTarget target)
    {
        var standing = ClusterTags.Read(tree, target.Folder);
        var from = standing.OwnerOf(change.Tag);
        return change switch
        {
            TagChange.Set set => Finish(tree, Set(set, tree, target, standing), from, set.Revision, change.Tag),
            _ => Finish(tree, Remove(change.Tag, tree, target, standing), from, null, change.Tag),
        };
    }

    private static (ClusterTree Tree, ImmutableArray<Finding> Findings) Set(TagChange.Set set, ClusterTree tree, ClusterTarget target, ClusterTags standing)
    {
        var revisions = tree.ReadRevisions(target.Folder);
        var (tag, revision) = set;
        if (revisions.All(one => one.Revision != revision))
            throw new UserException(
                ErrorKind.Input,
                $"{target.Name} has no revision {revision}",
                revisions.IsEmpty ? "render a version first" : $"it has {string.Join(", ", revisions.Select(one => one.Revision))}; render another one first, and commit it where --commit is used");
        if (tag.IsDefault && revision.IsDefault)
            throw new UserException(ErrorKind.Refused, "the revision default answers for those that name no revision without a tag", "run 'meshlift tag remove default' to hand them back to it");
        if (!tag.IsDefault && revisions.Any(one => one.Revision.Value == tag.Value)) throw new UserException(ErrorKind.Refused, $"{target.Name} has a revision of the name '{tag}'", "choose another name for the tag");
        if (tag.IsDefault) RequireInjectorThatComesBack(tree, target, standing, revisions);

        // The revision that gets the tag goes first: for the others it then stands there, and they render what stands by.
        var findings = ImmutableArray<Finding>.Empty;
        foreach (var inventory in revisions.OrderByDescending(one => one.Revision == revision))
        {
            var before = ClusterTags.Read(tree, target.Folder);
            var others = revisions.Select(one => one.Revision).Where(one => one != inventory.Revision).ToList();
            var (rendered, notes) = TagStep.Add(Read(tree, inventory, target, before), new TagWishes([tag], Alias: false), before, others);
            var options = Nothing;
            if (inventory.Revision == revision)
            {
                var taken = rendered.Resources.Where(one => IsOf(tag, one.Resource) || (tag.IsDefault && one.Class.Part == OncePart.Validator)).Select(one => one.Resource.Identity).ToImmutableHashSet();
                if (notes.Any(note => note.Code == "ML1031")) throw new UserException(ErrorKind.Input, $"{target.Name}: {notes.First(note => note.Code == "ML1031").Message}", "tags are made of the injection webhook of their revision");
                options = options with { Take = taken };
            }
            findings = findings.AddRange(notes);
            tree = tree.With(Placer.Plan(rendered, tree, target, options));
        }
        return (tree, findings);
    }

    private static (ClusterTree Tree, ImmutableArray<Finding> Findings) Remove(TagName tag, ClusterTree tree, ClusterTarget target, ClusterTags standing)
    {
        var revisions = tree.ReadRevisions(target.Folder);
        var released = standing.Objects.Where(one => one.Tag == tag.Value).Select(one => one.Resource.Identity).ToImmutableHashSet();
        if (released.IsEmpty) throw new UserException(ErrorKind.Input, $"{target.Name} has no tag '{tag}'", standing.Objects.IsEmpty ? "it has none at all" : $"it has {string.Join(", ", standing.Names)}");
        if (revisions.IsEmpty) throw new UserException(ErrorKind.Input, $"{target.Name} has no revision", "render a version first");
        var findings = ImmutableArray<Finding>.Empty;
        foreach (var inventory in revisions.OrderBy(one => one.Revision.IsDefault))
        {
            var rendered = Read(tree, inventory, target, standing);
            rendered = rendered with { Resources = rendered.Resources.RemoveAll(one => one.Class.Class == ResourceClass.OnceOnly && IsOf(tag, one.Resource)) };
            var others = revisions.Select(one => one.Revision).Where(one => one != inventory.Revision).ToList();
            var (added, notes) = TagStep.Add(rendered, new TagWishes([], Alias: false), ClusterTags.Read(tree, target.Folder).Without(tag), others);
            // The control plane without a revision answers again for those that name none, and validates what names none if it has such a validator.
            var taken = tag.IsDefault && inventory.Revision.IsDefault ? added.Resources.Where(one => one.Class.Part == OncePart.Validator).Select(one => one.Resource.Identity).ToImmutableHashSet() : [];
            var options = Nothing with { Take = taken, Release = released.Except(taken) };
            findings = findings.AddRange(notes);
            tree = tree.With(Placer.Plan(added, tree, target, options));
        }
        if (tag.IsDefault && tree.ReadInventory(target.Folder).Files.FirstOrDefault(entry => entry.Resource is { Kind: "ValidatingWebhookConfiguration", Name: DefaultTag.Validator }) is { } left && revisions.All(one => !one.Revision.IsDefault))
            findings = findings.Add(new Finding("ML1039", Severity.Note, $"the charts render this validator by themselves (defaultRevision), so it stays; Istio takes {left.Owner} for the default revision because of it", left.Path));
        return (tree, findings);
    }

    /// <summary>A revision as it was rendered. The webhook of the unrevisioned one gets its selectors back; while the tag default stands it loses them again.</summary>
    private static RenderedRevision Read(ClusterTree tree, RevisionInventory inventory, ClusterTarget target, ClusterTags standing)
    {
        var rendered = GitRendering.Read(tree, inventory, target.Folder);
        if (!inventory.Revision.IsDefault || standing.OwnerOf(TagName.Default) is null) return rendered;
        return rendered with
        {
            Resources =
            [
                .. rendered.Resources.Select(one => UnrevisionedInjector.Is(one) && !UnrevisionedInjector.IsActive(one.Resource) && UnrevisionedInjector.Active(one.Resource) is { } active ? one with { Resource = active } : one),
            ],
        };
    }

    private static void RequireInjectorThatComesBack(ClusterTree tree, ClusterTarget target, ClusterTags standing, ImmutableArray<RevisionInventory> revisions)
    {
        if (standing.OwnerOf(TagName.Default) is not null || revisions.FirstOrDefault(one => one.Revision.IsDefault) is not { } unrevisioned) return;
        var injector = GitRendering.Read(tree, unrevisioned, target.Folder).Resources.FirstOrDefault(UnrevisionedInjector.Is)?.Resource;
        if (injector is null || !UnrevisionedInjector.IsActive(injector) || UnrevisionedInjector.CanComeBack(injector)) return;
        throw new UserException(
            ErrorKind.Refused,
            $"{target.Name}: {injector.Identity} must answer for nobody while the tag default points elsewhere, and its selectors are not Istio's own, so they could not be given back",
            "take your change of its selectors out of the configuration or the patches and render it again, or label its namespaces with istio.io/rev first");
    }

    private static bool IsOf(TagName tag, Resource resource) => resource.Label("istio.io/tag") == tag.Value;

    private static TagPlan Finish(ClusterTree before, (ClusterTree Tree, ImmutableArray<Finding> Findings) after, RevisionName? from, RevisionName? to, TagName tag)
    {
        var files = ImmutableArray.CreateBuilder<PlannedFile>();
        foreach (var (path, bytes) in after.Tree.Files)
            if (!before.Files.TryGetValue(path, out var old)) files.Add(Changed(path, FileChangeKind.Added, bytes));
            else if (!old.Span.SequenceEqual(bytes.Span)) files.Add(Changed(path, FileChangeKind.Changed, bytes));
        foreach (var path in before.Files.Keys.Where(path => !after.Tree.Files.ContainsKey(path))) files.Add(Changed(path, FileChangeKind.Removed, default));
        return new TagPlan(new Placement([.. files.OrderBy(file => file.Path, StringComparer.Ordinal)], after.Findings), from, to, tag.IsDefault && from != to ? DefaultTag.Switches(from, to) : []);
    }

    private static PlannedFile Changed(string path, FileChangeKind change, ReadOnlyMemory<byte> bytes) => new(path, change, bytes, null, null);
}
