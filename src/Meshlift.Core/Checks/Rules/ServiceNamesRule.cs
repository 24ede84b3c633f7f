using System.Collections.Frozen;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Services whose name belongs to somebody else.</summary>
internal sealed class ServiceNamesRule : Rule
{
    // Kubernetes, "DNS for Services and Pods": a namespace named like a top-level domain answers for the names below it. Those that are in use for environments (dev, app) are left out.
    private static readonly FrozenSet<string> TopLevel = FrozenSet.Create(StringComparer.Ordinal, "com", "net", "org", "edu", "gov", "mil", "arpa", "io");

    public override RuleInfo Info { get; } = new("ML3016", "service_names", Severity.Error, "a Service with a name that Kubernetes, Istio or DNS keeps for itself");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "", Kind: "Service" } service || Reserved(resource, service) is not { } reason) yield break;
        yield return new RuleHit(((resource.Root["metadata"] as YamlMapping)?["name"])?.Span?.Start, "metadata.name", reason, "give it another name");
    }

    private static string? Reserved(Resource resource, ResourceIdentity service)
    {
        var selector = (resource.Root["spec"] as YamlMapping)?["selector"] as YamlMapping;
        return service.Name switch
        {
            "kubernetes" when service.Namespace != "default" => "pods of the namespace would take it for the API server: its variables replace KUBERNETES_SERVICE_HOST",
            "kubernetes" when resource.Label("component") != "apiserver" => "the API server makes this Service itself",
            "kube-dns" when service.Namespace == "kube-system" && resource.Label("k8s-app") is not ("kube-dns" or "coredns") => "pods ask the Service of this name for all names",
            "localhost" => "this name never leaves the pod that asks for it",
            var name when (name == "istiod" || name.StartsWith("istiod-revision-tag-", StringComparison.Ordinal)) && selector is { Entries.IsEmpty: false }
                && Value(selector, "app") != "istiod" && Value(selector, "istio") is not ("istiod" or "pilot") => "proxies take the Service of this name for a control plane, and its selector means something else",
            _ when TopLevel.Contains(service.Namespace) => $"pods that ask for {service.Name}.{service.Namespace} on the Internet get this Service",
            _ => null,
        };
    }

    private static string? Value(YamlMapping selector, string key) => (selector[key] as YamlScalar)?.Value;
}
