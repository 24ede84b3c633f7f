using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.GitOps;

/// <summary>The order in which objects are applied: what others need comes first, what acts on others last (as in fluxcd/pkg/ssa and kustomize).</summary>
internal static class ApplyOrder
{
    private static readonly string[] First =
    [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "PriorityClass", "ServiceAccount", "PodDisruptionBudget", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
        "ConfigMap", "Secret", "Service", "LimitRange", "Deployment", "StatefulSet", "CronJob", "DaemonSet",
    ];

    private static readonly string[] Last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

    public static int Of(JsonObject item)
    {
        var kind = item.Text("kind") ?? "";
        if (Array.IndexOf(Last, kind) is >= 0 and var last) return 1000 + last;
        return Array.IndexOf(First, kind) is >= 0 and var first ? first : First.Length;
    }
}
