using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>Holds an object of Git against the live one.</summary>
public static class DriftComparison
{
    private static readonly Naming Plain = new(null, null, lacksRevision: false);

    // What the API server itself writes (meta/v1 ObjectMeta).
    private static readonly string[] OfTheServer = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "namespace"];

    /// <summary>The fields that are not what Git says, in the order of their paths.</summary>
    /// <remarks>
    /// With the answer to a dry run: what an apply would change, and items that others added to lists of Git's, which an apply leaves alone. Without: every
    /// field that Git states, held against the live one by what is known of the API's types.
    /// </remarks>
    /// <param name="git">The object in Git.</param>
    /// <param name="live">The live object.</param>
    /// <param name="applied">What the API server says it would be after an apply of the first; null when it was not asked.</param>
    /// <param name="isScaled">True when an autoscaler is in charge of its replicas.</param>
    public static ImmutableArray<DriftedField> Of(Resource git, YamlMapping live, YamlMapping? applied, bool isScaled)
    {
        var (authors, current, stated) = (FieldAuthors.Of(live), Bare(live), Bare(StatedPart.WithData(git.Root)));
        var part = StatedPart.Of(stated, current);
        var found = Find(part, stated).Select(change => (Change: change, In: (YamlNode)part)).ToList();
        if (applied is not null)
        {
            var own = Find(current, Bare(applied)).Where(change => !IsOrder(change)).Select(change => (Change: change, In: (YamlNode)current)).ToList();
            var known = own.Select(one => one.Change.Path.ToString()).ToHashSet(StringComparer.Ordinal);
            found = [.. own, .. found.Where(one => IsAddedItem(one.Change) && !known.Contains(one.Change.Path.ToString()))];
        }
        var isHidden = git.Identity is { Group: "", Kind: "Secret" };
        return [.. found.OrderBy(one => one.Change.Path).Select(one => Field(one.Change, one.In))];

        DriftedField Field(Change change, YamlNode root)
        {
            var author = change.Before is null ? null : authors.Of(change.Path, root);
            var owner = FieldsOfOthers.Of(git.Identity, change.Path.Place, change.Before, author, isScaled);
            var (wanted, present) = change is { Kind: DiffKind.Moved, Path.Steps: [.., DiffStep.Item place] } ? (Place(place.After), Place(place.Before)) : (change.After, change.Before);
            return new DriftedField(change.Path.ToString(), isHidden ? null : wanted, isHidden ? null : present, author, owner?.Reason) { IsHidden = isHidden, IsMark = owner is { IsMark: true } };
        }
    }

    private static YamlScalar Place(int? place) => YamlScalar.String(string.Create(CultureInfo.InvariantCulture, $"place {place + 1}"));

    private static IEnumerable<Change> Find(YamlMapping live, YamlMapping wanted) => new NodeDiff(Plain, Plain).Find(live, wanted).SelectMany(Unfold);

    /// <summary>Labels and annotations one by one: each of them may be another's.</summary>
    private static IEnumerable<Change> Unfold(Change change) => change switch
    {
        { Kind: DiffKind.Added, After: YamlMapping added } when IsMetadata(change.Path) => added.Entries.SelectMany(entry => Unfold(new Change(change.Path.Then(new DiffStep.Key(entry.Key)), DiffKind.Added, null, entry.Value))),
        { Kind: DiffKind.Removed, Before: YamlMapping removed } when IsMetadata(change.Path) => removed.Entries.SelectMany(entry => Unfold(new Change(change.Path.Then(new DiffStep.Key(entry.Key)), DiffKind.Removed, entry.Value, null))),
        _ => [change],
    };

    private static bool IsMetadata(DiffPath path) => path.Steps[^1] is DiffStep.Key("metadata" or "labels" or "annotations");

    /// <summary>Items that are told apart by what they are may be merged in any order.</summary>
    private static bool IsOrder(Change change) => change.Kind == DiffKind.Moved && (change.Noise is not null || change.Path.Steps[^1] is DiffStep.Item { Label: not null });

    private static bool IsAddedItem(Change change) => change is { Kind: DiffKind.Removed, Path.Steps: [.., DiffStep.Item] };

    private static YamlMapping Bare(YamlMapping root)
    {
        root = root.Without("apiVersion").Without("kind").Without("status");
        if (root["metadata"] is not YamlMapping metadata) return root;
        return root.With("metadata", OfTheServer.Aggregate(metadata, (left, name) => left.Without(name)));
    }
}
