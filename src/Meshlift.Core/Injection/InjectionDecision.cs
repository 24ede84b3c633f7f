using System.Collections.Immutable;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Injection;

/// <summary>One pod, decided.</summary>
internal sealed class InjectionDecision(MeshInjection mesh, PodRequest pod, Labels? space)
{
    // What YAML 1.1 takes for true, as istiod does (injectRequired).
    private static readonly string[] Yes = ["y", "yes", "true", "on"];

    private readonly List<string> _notes = [];

    /// <summary>A pod is ztunnel's when it or its namespace says so and it has no sidecar and a network of its own (istio cni, PodRedirectionEnabled).</summary>
    private bool IsAmbient => space is not null && !pod.IsHostNetwork && (pod.Labels[InjectionLabels.DataplaneMode] ?? space[InjectionLabels.DataplaneMode]) == "ambient";

    public InjectionVerdict Decide()
    {
        var trials = mesh.Webhooks.Select(Try).ToImmutableArray();
        var answering = trials.Where(trial => trial.Answers).Select(trial => trial.Webhook).ToList();
        if (answering.Count == 0) return Of(InjectionOutcome.None, trials, WhyNobody(trials));
        if (space is null) return Of(InjectionOutcome.Unknown, trials, $"the labels of the namespace {pod.Namespace} are not known");
        if (answering.Find(webhook => webhook.Conditions.Length > 0) is { } conditional) return Of(InjectionOutcome.Unknown, trials, $"{conditional.Configuration} {conditional.Name} has conditions in CEL, which only the API server evaluates");
        var last = answering[^1];
        foreach (var webhook in answering)
            if (webhook.Revision is { } label && webhook.Answering is { } service && label != service)
                _notes.Add($"{webhook.Configuration} is labelled for {label}, but calls {webhook.Service}: {service} answers");
        if (answering.Find(webhook => webhook is { IsFatal: true, Service: { } service } && mesh.HasService(service) == false) is { } broken)
            return Of(InjectionOutcome.Refused, trials, $"{broken.Configuration} calls the Service {broken.Service}, which does not exist, and its failurePolicy is Fail: the pod cannot be created");
        var refusal = Refusal(answering, trials);
        if (refusal is not null) return refusal;
        var revisions = answering.Select(webhook => webhook.Answering).Distinct(StringComparer.Ordinal).ToList();
        if (answering.Count > 1 && revisions.Count == 1) _notes.Add($"{answering.Count} webhooks of {revisions[0]} answer; one would do: {string.Join(", ", answering.Select(webhook => webhook.Configuration).Distinct(StringComparer.Ordinal))}");
        var image = last.Answering is { } name && mesh.Injectors.TryGetValue(name, out var injector) ? injector.Image.For(pod) : null;
        if (image?.Override is { } setting) _notes.Add($"its image is set by {setting}, whatever the revision");
        return revisions.Count > 1
            ? new InjectionVerdict(InjectionOutcome.Contested, last.Answering, last.Tag, $"{string.Join(" and ", revisions)} answer, one after the other; {last.Answering} is called last and stays", image, false, trials, [.. _notes])
            : new InjectionVerdict(InjectionOutcome.Injected, last.Answering, last.Tag, Why(last), image, false, trials, [.. _notes]);
    }

    private WebhookTrial Try(InjectionWebhook webhook)
    {
        // The pod's own labels can decide without the namespace's.
        if (webhook.Pods.FirstUnmet(pod.Labels) is { } unmet) return new WebhookTrial(webhook, unmet, IsOfNamespace: false);
        return space is null ? new WebhookTrial(webhook, null, IsOfNamespace: false) : new WebhookTrial(webhook, webhook.Namespaces.FirstUnmet(space), IsOfNamespace: true);
    }

    /// <summary>What istiod itself decides when it is asked; the same for all who are asked but for their ConfigMaps.</summary>
    private InjectionVerdict? Refusal(List<InjectionWebhook> answering, ImmutableArray<WebhookTrial> trials)
    {
        if (pod.IsHostNetwork) return Of(InjectionOutcome.None, trials, "it shares its node's network (hostNetwork), and istiod leaves such pods alone");
        if (InjectorConfig.IgnoredNamespaces.Contains(pod.Namespace, StringComparer.Ordinal)) return Of(InjectionOutcome.None, trials, $"istiod never injects in {pod.Namespace}");
        var label = pod.Labels[InjectionLabels.Inject];
        var said = label ?? pod.Annotations[InjectionLabels.Inject] ?? "";
        var decided = said.Length == 0 ? (bool?)null : Yes.Contains(said, StringComparer.OrdinalIgnoreCase);
        if (decided == false) return Of(InjectionOutcome.None, trials, $"its {(label is null ? "annotation" : "label")} {InjectionLabels.Inject} is '{said}'");
        var willing = new List<InjectionWebhook>();
        string? why = null;
        foreach (var webhook in answering)
        {
            if (webhook.Answering is not { } revision || !mesh.Injectors.TryGetValue(revision, out var injector))
            {
                _notes.Add($"the injector's ConfigMap of {webhook.Answering ?? webhook.Configuration} was not seen: its policy, its selectors and its image are not known");
                willing.Add(webhook);
                continue;
            }
            if (WhyNot(injector, decided) is { } not) why = not;
            else if (injector.TemplatesFor(pod).FirstOrDefault(name => !injector.Templates.IsEmpty && !injector.Templates.Contains(name)) is { } missing)
                return Of(InjectionOutcome.Refused, trials, $"it asks for the template '{missing}', which {revision} does not have ({string.Join(", ", injector.Templates.Order(StringComparer.Ordinal))}): the pod cannot be created");
            else willing.Add(webhook);
        }
        answering.RemoveAll(webhook => !willing.Contains(webhook));
        return willing.Count == 0 ? Of(InjectionOutcome.None, trials, why!) : null;
    }

    private string? WhyNot(InjectorConfig injector, bool? decided)
    {
        if (injector.Policy is null) return $"the policy of {injector.Revision} is neither enabled nor disabled, so that it injects nothing";
        if (decided == true) return null;
        if (injector.Never.FirstOrDefault(Chooses) is { } never) return $"the neverInjectSelector of {injector.Revision} chooses it: {never}";
        if (injector.Always.Any(Chooses)) return null;
        return injector.Policy == true ? null : $"the policy of {injector.Revision} is disabled, and the pod does not ask";
    }

    // An empty selector chooses nothing here (injectRequired, selector.Empty).
    private bool Chooses(LabelSelector selector) => selector.Requirements.Length > 0 && selector.Matches(pod.Labels);

    private InjectionVerdict Of(InjectionOutcome outcome, ImmutableArray<WebhookTrial> trials, string reason) =>
        new(outcome, null, null, reason, null, IsAmbient && outcome == InjectionOutcome.None, trials, [.. _notes]);

    private string Why(InjectionWebhook webhook)
    {
        var through = webhook.Tag is { } tag ? $"{tag} is a tag of {webhook.Answering}" : null;
        var asked = space![InjectionLabels.Injection] == "enabled" ? $"the namespace says {InjectionLabels.Injection}=enabled"
            : space[InjectionLabels.Revision] is { } ofNamespace ? $"the namespace says {InjectionLabels.Revision}={ofNamespace}"
            : pod.Labels[InjectionLabels.Revision] is { } ofPod ? $"the pod says {InjectionLabels.Revision}={ofPod}"
            : pod.Labels[InjectionLabels.Inject] is { } inject ? $"the pod says {InjectionLabels.Inject}={inject}"
            : $"{webhook.Configuration} answers for what asks for nothing";
        return through is null ? asked : $"{asked}, and {through}";
    }

    private string WhyNobody(ImmutableArray<WebhookTrial> trials)
    {
        if (trials.IsEmpty) return "no injector was seen";
        if (pod.Labels[InjectionLabels.Inject] == "false") return $"the pod says {InjectionLabels.Inject}=false";
        if (space?[InjectionLabels.Injection] is { } injection && injection != "enabled") return $"the namespace says {InjectionLabels.Injection}={injection}";
        if ((space?[InjectionLabels.Revision] ?? pod.Labels[InjectionLabels.Revision]) is { } asked && space?[InjectionLabels.Injection] is null && mesh.Tags.Resolve(asked).IsEmpty)
            return $"it asks for {asked}, and no revision or tag is called so; there {(mesh.Tags.Revisions.Count == 1 ? "is" : "are")} {string.Join(", ", mesh.Tags.Revisions.Concat(mesh.Tags.All.Select(tag => tag.Tag)).Distinct(StringComparer.Ordinal))}";
        if (space?[InjectionLabels.Injection] == "enabled") return $"the namespace says {InjectionLabels.Injection}=enabled, and no control plane without a revision and no tag 'default' answers";
        return "neither the namespace nor the pod asks for a proxy";
    }
}
