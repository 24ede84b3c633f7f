using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Injection;

/// <summary>The injectors of a cluster, as its objects say: what is created now is answered by them.</summary>
/// <remarks>
/// Which webhook answers is the API server's evaluation of selectors, not a table of labels: configurations in the order of their names, webhooks in the order within
/// (k8s.io/apiserver, webhook/configuration). Whether istiod then injects is its own decision (istio pkg/kube/inject, injectRequired).
/// </remarks>
public sealed class MeshInjection
{
    private readonly ImmutableHashSet<string>? _services;

    private MeshInjection(ImmutableArray<InjectionWebhook> webhooks, ImmutableDictionary<string, InjectorConfig> injectors, ImmutableHashSet<string>? services, RevisionTags tags) =>
        (Webhooks, Injectors, _services, Tags) = (webhooks, injectors, services, tags);

    /// <summary>The webhooks, in the order in which they are called.</summary>
    public ImmutableArray<InjectionWebhook> Webhooks { get; }

    /// <summary>What each revision injects; without those whose ConfigMap was not seen.</summary>
    public ImmutableDictionary<string, InjectorConfig> Injectors { get; }

    /// <summary>The tags, and what they point at.</summary>
    public RevisionTags Tags { get; }

    /// <summary>Reads the objects of one cluster. Others than webhooks, injector ConfigMaps and Services are passed over.</summary>
    /// <param name="resources">They may come in any order.</param>
    /// <exception cref="UserException">A selector or an injector's configuration is none.</exception>
    public static MeshInjection Read(IEnumerable<Resource> resources)
    {
        var webhooks = new List<InjectionWebhook>();
        var injectors = ImmutableDictionary.CreateBuilder<string, InjectorConfig>(StringComparer.Ordinal);
        var services = new HashSet<string>(StringComparer.Ordinal);
        var tags = new List<(string, string, bool)>();
        foreach (var resource in resources)
        {
            var found = InjectionWebhook.Read(resource).ToList();
            webhooks.AddRange(found);
            if (InjectorConfig.Read(resource) is { } injector) injectors[injector.Revision] = injector;
            var isService = resource.Identity is { Group: "", Kind: "Service" };
            if (isService) services.Add($"{resource.Identity.Namespace}/{resource.Identity.Name}");
            if ((isService || found.Count > 0) && resource.Label(InjectionLabels.Tag) is { } tag && resource.Label(InjectionLabels.Revision) is { } revision) tags.Add((tag, revision, isService));
        }
        // A sort that keeps the order within a configuration.
        ImmutableArray<InjectionWebhook> sorted = [.. webhooks.OrderBy(webhook => webhook.Configuration, StringComparer.Ordinal)];
        // A folder with webhooks alone says nothing about Services.
        var isComplete = sorted.Any(webhook => webhook.Service is { } service && services.Contains(service));
        return new MeshInjection(sorted, injectors.ToImmutable(), isComplete ? [.. services] : null, RevisionTags.Of(sorted.Select(webhook => webhook.Answering).OfType<string>(), tags));
    }

    /// <summary>Whether a Service that a webhook calls is there; null when nobody can tell.</summary>
    public bool? HasService(string service) => _services?.Contains(service);

    /// <summary>What happens to a pod that is created now.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="namespaceLabels">The labels of its namespace; null when they are not known.</param>
    public InjectionVerdict Explain(PodRequest pod, Labels? namespaceLabels) => new InjectionDecision(this, pod, namespaceLabels?.With(InjectionLabels.NamespaceName, pod.Namespace)).Decide();

    /// <summary>Who deploys a Gateway of the Gateway API: istiod makes its pods itself, without a webhook, and rolls them at once when the answer changes.</summary>
    /// <param name="pod">The pods, with the labels of the Gateway.</param>
    /// <param name="namespaceLabels">The labels of its namespace; null when they are not known.</param>
    public InjectionVerdict ExplainGateway(PodRequest pod, Labels? namespaceLabels)
    {
        if (namespaceLabels is null && pod.Labels[InjectionLabels.Revision] is null) return Gateway(InjectionOutcome.Unknown, null, $"the labels of the namespace {pod.Namespace} are not known");
        var space = namespaceLabels ?? Labels.None;
        var asked = pod.Labels[InjectionLabels.Revision] ?? space[InjectionLabels.Revision] ?? "default";
        var belongs = pod.Labels[InjectionLabels.Revision] is not null ? $"the Gateway says {InjectionLabels.Revision}={asked}" : space[InjectionLabels.Revision] is not null ? $"its namespace says {InjectionLabels.Revision}={asked}" : "it asks for no revision, so that 'default' counts";
        if (Webhooks.IsEmpty) return Gateway(InjectionOutcome.Unknown, null, "no control plane was seen");
        return Tags.OwnersOfGateway(pod.Labels, space) switch
        {
            [] => Gateway(InjectionOutcome.None, null, $"{belongs}, and no revision or tag is called so: nobody looks after it"),
            [var owner] => Gateway(InjectionOutcome.Injected, owner, asked == owner ? belongs : $"{belongs}, and {asked} is a tag of {owner}", asked == owner ? null : asked, Injectors.GetValueOrDefault(owner)?.Image.For(pod)),
            var owners => Gateway(InjectionOutcome.Contested, owners[0], $"{string.Join(" and ", owners)} both claim {asked}, and both deploy it", asked),
        };
    }

    private static InjectionVerdict Gateway(InjectionOutcome outcome, string? revision, string reason, string? tag = null, ExpectedImage? image = null) =>
        new(outcome, revision, tag, reason, image, IsAmbient: false, [], []);
}
