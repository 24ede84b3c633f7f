using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.GitOps;

/// <summary>The Kustomization of Flux, as far as the agent reads and writes it.</summary>
internal static class FluxTypes
{
    public const string ApiVersion = "kustomize.toolkit.fluxcd.io/v1";
    public const string NameLabel = "kustomize.toolkit.fluxcd.io/name";
    public const string NamespaceLabel = "kustomize.toolkit.fluxcd.io/namespace";

    /// <summary>Its definition: any spec is taken, since manifests are checked elsewhere.</summary>
    public static JsonObject Definition() => JsonRead.Object("""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"kustomizations.kustomize.toolkit.fluxcd.io"},
         "spec":{"group":"kustomize.toolkit.fluxcd.io","scope":"Namespaced","names":{"kind":"Kustomization","listKind":"KustomizationList","plural":"kustomizations","singular":"kustomization","shortNames":["ks"]},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "additionalPrinterColumns":[{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"},
            {"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},{"name":"Status","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].message"}],
           "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
        """u8);

    /// <summary>The Kustomization of a path that the agent was given.</summary>
    public static JsonObject Root(string name, string @namespace, string path) => new()
    {
        ["apiVersion"] = ApiVersion, ["kind"] = "Kustomization", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["spec"] = new JsonObject { ["interval"] = "10m0s", ["path"] = "./" + path, ["prune"] = true, ["sourceRef"] = new JsonObject { ["kind"] = "GitRepository", ["name"] = @namespace } },
    };
}
