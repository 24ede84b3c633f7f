using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>A Service that leads nowhere.</summary>
internal sealed class ServiceSelectorsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3018", "service_discovery", Severity.Warning, "a Service whose selector means no pod of its namespace");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var (noted, service) in notes.All<ServiceNote>())
            if (Selection.Verdict(notes, noted, service.Identity.Namespace, service.Selector) is { } reason)
                yield return reason.Length > 0
                    ? AcrossHit.Unknown(noted, reason)
                    : AcrossHit.Of(Info, noted, service.Selector.At, "spec.selector", "no workload of the namespace has pods with these labels, so the Service has no endpoints", "write the labels of the pods' template");
    }
}

/// <summary>A NetworkPolicy about no pod.</summary>
internal sealed class PolicySelectorsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3019", "policy_selectors", Severity.Warning, "a NetworkPolicy whose selector means no pod of its namespace");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var (noted, policy) in notes.All<PolicyNote>())
            if (Selection.Verdict(notes, noted, policy.Identity.Namespace, policy.Selector) is { } reason)
                yield return reason.Length > 0
                    ? AcrossHit.Unknown(noted, reason)
                    : AcrossHit.Of(Info, noted, policy.Selector.At, "spec.podSelector", "no workload of the namespace has pods with these labels, so the policy protects nothing", "write the labels of the pods' template, or remove the policy");
    }
}

/// <summary>Whether a selector means any pod.</summary>
internal static class Selection
{
    /// <returns>Null when it means some; empty when it means none; else why nobody can tell.</returns>
    public static string? Verdict(RepositoryNotes notes, Noted noted, string space, LabelDemands selector)
    {
        if (selector.IsEmpty || notes.Pods(noted.File, space, selector).Any()) return null;
        if (notes.CanHoldMore(noted.File, space)) return "a chart or an operator may make pods that stand in no file";
        return notes.HasPods(noted.File, space) ? "" : "no workload of the namespace stands in the files";
    }
}
