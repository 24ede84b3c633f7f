using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Manifests;
using Meshlift.Core.Patching;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>A resource that a team changed after it was rendered.</summary>
/// <param name="Version">Where it stands.</param>
/// <param name="Rendered">As it is rendered.</param>
/// <param name="Standing">As it stands there.</param>
public sealed record ChangedResource(StandingVersion Version, ClassifiedResource Rendered, Resource Standing)
{
    /// <summary>As it should be: as it stands there, without what istiod writes at run time.</summary>
    public ClassifiedResource Wanted => Rendered.With(WebhookFields.Drop(Standing).Root);

    /// <summary>True when it differs in more than what istiod writes at run time.</summary>
    public bool IsPatchable => !YamlEquality.Instance.Equals(Wanted.Resource.Root, Rendered.Resource.Root);
}

/// <summary>What a team changes in what it renders, as patches against what Meshlift writes.</summary>
public static class LearnedPatching
{
    private const string Name = "as-it-stands.patch";

    /// <summary>True when so little is changed that a person did it; where much is, it was rendered from something else.</summary>
    public static bool IsByHand(IReadOnlyCollection<ComparedResource> compared, int changed) =>
        changed > 0 && changed * 4 <= compared.Count(one => one.Difference == StandingDifference.Same);

    /// <summary>The patches as files.</summary>
    /// <param name="patches">For each control plane, what makes what is rendered what stands there.</param>
    /// <param name="draft">The configuration.</param>
    /// <param name="hasOthers">True when patches beside a revision are applied, too, which comes after those for every revision.</param>
    /// <returns>One patch for every revision when all say the same, else one beside each revision.</returns>
    public static ImmutableArray<DraftFile> Files(IReadOnlyCollection<(StandingVersion Version, UnifiedDiff Diff)> patches, MeshDraft draft, bool hasOthers)
    {
        var general = patches.Select(patch => (patch.Diff, Bytes: PatchPlaceholders.Put(patch.Diff, patch.Version.Version, draft.Revision.IsConstant ? null : patch.Version.Revision).ToBytes())).ToList();
        if (!hasOthers && patches.Count == draft.Standing.Length && general.All(one => one.Bytes.Span.SequenceEqual(general[0].Bytes.Span)))
            return [File($"istio/patches/{Name}", general[0].Bytes, general[0].Diff)];
        return [.. patches.Select(patch => File(RepositoryTree.Join(RepositoryTree.Join(patch.Version.Cluster.Path.Value, draft.Folder), $"{patch.Version.Revision}/zz-{Name}"), patch.Diff.ToBytes(), patch.Diff))];
    }

    private static DraftFile File(string path, ReadOnlyMemory<byte> patch, UnifiedDiff diff) =>
        new(path, patch, $"what was changed in {Findings.Counted.Of(diff.Files.Length, "resource")} after rendering, as a patch");
}
