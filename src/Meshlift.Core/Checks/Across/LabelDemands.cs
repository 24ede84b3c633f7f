using System.Collections.Frozen;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>What a selector asks of the labels of pods, and where it stands.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Selector">What it asks, as far as a template can tell.</param>
internal sealed record LabelDemands(SourcePosition At, LabelSelector Selector)
{
    // Controllers give these to pods beside the labels of the template, so that no template answers for them.
    private static readonly FrozenSet<string> OfControllers = FrozenSet.Create(
        StringComparer.Ordinal,
        "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash", "pod-template-generation",
        "job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-completion-index");

    public bool IsEmpty => Selector.Requirements.IsEmpty;

    /// <summary>Reads labels that must be equal, as in a Service.</summary>
    public static LabelDemands OfLabels(YamlMapping? labels, SourcePosition at) =>
        Of(labels?.Span?.Start ?? at, Labels.Read(labels).Pairs.Select(pair => new LabelRequirement(pair.Key, LabelOperator.In, [pair.Value])));

    /// <summary>Reads a selector with <c>matchLabels</c> and <c>matchExpressions</c>; null for what is none, of which a schema says more.</summary>
    public static LabelDemands? OfSelector(YamlNode? selector, SourcePosition at)
    {
        try
        {
            return Of(selector?.Span?.Start ?? at, LabelSelector.Read(selector, "").Requirements);
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>True when pods with these labels are meant.</summary>
    public bool Matches(PodsNote pods) => Selector.Matches(pods.Labels);

    /// <summary>False when no pod can be meant by both.</summary>
    public bool CanMeet(LabelDemands other) => CanMeet(Selector, other.Selector);

    /// <summary>False when no labels are chosen by both.</summary>
    public static bool CanMeet(LabelSelector one, LabelSelector other)
    {
        // A demand is about one label, so each label can be looked at by itself: without it, with each value that is mentioned, and with another one.
        foreach (var ofKey in one.Requirements.Concat(other.Requirements).GroupBy(demand => demand.Key, StringComparer.Ordinal))
        {
            var trials = ofKey.SelectMany(demand => demand.Values).Append("another value").Select(value => Labels.Of((ofKey.Key, value))).Append(Labels.None);
            if (!trials.Any(labels => ofKey.All(demand => demand.Matches(labels)))) return false;
        }
        return true;
    }

    private static LabelDemands Of(SourcePosition at, IEnumerable<LabelRequirement> demands) => new(at, new LabelSelector([.. demands.Where(demand => !OfControllers.Contains(demand.Key))]));
}
