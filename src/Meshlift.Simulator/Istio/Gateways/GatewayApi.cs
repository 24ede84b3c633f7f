using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Simulator.Istio.Gateways;

/// <summary>The kinds of the Gateway API, as far as a mesh meets them (gateway-api.sigs.k8s.io). Any spec is taken: manifests are checked elsewhere.</summary>
public static class GatewayApi
{
    private const string Group = "gateway.networking.k8s.io";
    private static readonly (string Kind, string Plural, string Version, bool IsNamespaced)[] Kinds =
        [("GatewayClass", "gatewayclasses", "v1", false), ("Gateway", "gateways", "v1", true), ("HTTPRoute", "httproutes", "v1", true), ("GRPCRoute", "grpcroutes", "v1", true), ("ReferenceGrant", "referencegrants", "v1beta1", true)];

    /// <summary>Defines the kinds that a cluster does not have yet.</summary>
    public static void Install(SimulatedCluster cluster)
    {
        var type = cluster.Type("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        foreach (var (kind, plural, version, isNamespaced) in Kinds)
        {
            var name = $"{plural}.{Group}";
            if (cluster.Store.Find(type.Key, "", name) is not null) continue;
            var anything = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
            var served = new JsonObject { ["name"] = version, ["served"] = true, ["storage"] = true, ["subresources"] = new JsonObject { ["status"] = new JsonObject() }, ["schema"] = new JsonObject { ["openAPIV3Schema"] = anything } };
            var names = new JsonObject { ["kind"] = kind, ["listKind"] = kind + "List", ["plural"] = plural, ["singular"] = kind.ToLowerInvariant(), ["categories"] = new JsonArray("gateway-api") };
            cluster.Create(type, "", new JsonObject
            {
                // The API server wants to know who approved a group of its own domain.
                ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = "unapproved, a simulation" } },
                ["spec"] = new JsonObject { ["group"] = Group, ["scope"] = isNamespaced ? "Namespaced" : "Cluster", ["names"] = names, ["versions"] = new JsonArray(served) },
            }, WriteOptions.Default);
        }
    }
}
