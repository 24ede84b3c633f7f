using System.Collections.Immutable;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>The revision tags that stand in a repository and that its renderer does not print, since no official one does.</summary>
public static class LearnedTags
{
    private const string Webhook = "istio-revision-tag-";

    /// <summary>Their names, in ordinal order.</summary>
    /// <param name="compared">What becomes of the resources of every cluster.</param>
    /// <param name="revisions">The revisions that stand there, whose names no tag may have.</param>
    public static ImmutableArray<TagName> Find(IEnumerable<ComparedResource> compared, IEnumerable<RevisionName> revisions) =>
    [
        .. compared.Where(one => one is { Difference: StandingDifference.Kept, Resource.Kind: "MutatingWebhookConfiguration" } && one.Resource.Name.StartsWith(Webhook, StringComparison.Ordinal))
            .Select(one => TagName.ParseOrNull(one.Resource.Name[Webhook.Length..])).OfType<TagName>().Where(tag => revisions.All(revision => revision.Value != tag.Value)).Distinct().Order(),
    ];
}
