using System.Collections.Immutable;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>What a repository goes without, learned from what would be added to it.</summary>
public static class LearnedCleaning
{
    /// <summary>Rules that leave out what no cluster has.</summary>
    /// <remarks>
    /// A team that renders, and then removes what it does not want, has that in its scripts and nowhere else. Where little of a rendering is there, nothing was
    /// removed; it was never put there, and then nothing is left out.
    /// </remarks>
    /// <param name="compared">What becomes of the resources of every cluster.</param>
    /// <param name="revisions">The revisions that stand there.</param>
    public static ImmutableArray<DraftCleanRule> Find(IReadOnlyCollection<ComparedResource> compared, IEnumerable<RevisionName> revisions)
    {
        var added = compared.Where(one => one.Difference == StandingDifference.Added).Select(one => one.Resource).Distinct().ToList();
        var there = compared.Where(one => one.Difference is StandingDifference.Same or StandingDifference.Changed).Select(one => one.Resource).ToHashSet();
        if (added.Count == 0 || added.Count > there.Count) return [];
        var named = revisions.Where(revision => !revision.IsDefault).OrderByDescending(revision => revision.Value.Length).ToList();
        return
        [
            .. added.Where(resource => !there.Contains(resource))
                .Select(resource => new DraftCleanRule(resource.Kind, named.Aggregate(resource.Name, Pattern)))
                // A rule must not take along what is there.
                .Where(rule => !there.Any(rule.Matches))
                .Distinct().OrderBy(rule => rule.Kind, StringComparer.Ordinal).ThenBy(rule => rule.Name, StringComparer.Ordinal),
        ];
    }

    private static string Pattern(string name, RevisionName revision) =>
        Classifying.Classifier.CarriesRevision(name, revision) ? name.Replace(revision.Value, "*", StringComparison.Ordinal) : name;
}
