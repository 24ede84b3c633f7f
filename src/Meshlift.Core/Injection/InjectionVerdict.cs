using System.Collections.Immutable;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Injection;

/// <summary>What happens to a pod when it is created.</summary>
public enum InjectionOutcome
{
    /// <summary>It gets no proxy.</summary>
    None,
    /// <summary>One revision puts a proxy into it.</summary>
    Injected,
    /// <summary>Several revisions put a proxy into it, one after the other; the last one stays.</summary>
    Contested,
    /// <summary>It cannot be created.</summary>
    Refused,
    /// <summary>What is known does not decide it.</summary>
    Unknown,
}

/// <summary>A webhook, and whether it answers for a pod.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Unmet">The first demand of it that is not met; null when it answers, or when nobody can tell.</param>
/// <param name="IsOfNamespace">True when <paramref name="Unmet"/> is a demand on the namespace.</param>
public sealed record WebhookTrial(InjectionWebhook Webhook, LabelRequirement? Unmet, bool IsOfNamespace)
{
    /// <summary>True when the webhook is called for the pod.</summary>
    public bool Answers => Unmet is null;

    /// <summary>In words.</summary>
    public override string ToString() => $"{Webhook.Configuration} {Webhook.Name}: {(Unmet is null ? "answers" : $"the {(IsOfNamespace ? "namespace" : "pod")} does not meet {Unmet}")}";
}

/// <summary>Who puts a proxy into a pod, and why.</summary>
/// <param name="Outcome">What happens.</param>
/// <param name="Revision">The revision of the proxy; null when it gets none.</param>
/// <param name="Tag">The tag through which the revision was found; null for none.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Image">The image that the proxy will have; null without one, and when the injector's ConfigMap was not seen.</param>
/// <param name="IsAmbient">True when ztunnel takes its traffic.</param>
/// <param name="Trials">Every webhook in the order in which the API server calls them.</param>
/// <param name="Notes">What else a person should know.</param>
public sealed record InjectionVerdict(
    InjectionOutcome Outcome, string? Revision, string? Tag, string Reason, ExpectedImage? Image, bool IsAmbient, ImmutableArray<WebhookTrial> Trials, ImmutableArray<string> Notes)
{
    /// <summary>True when two verdicts mean the same for the pod.</summary>
    public bool MeansTheSameAs(InjectionVerdict other) => (Outcome, Revision, Image?.Image, IsAmbient) == (other.Outcome, other.Revision, other.Image?.Image, other.IsAmbient);
}
