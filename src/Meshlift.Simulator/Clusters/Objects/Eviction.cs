using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Selectors;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Evictions of a cluster: deletions of pods that their budgets allow.</summary>
public sealed partial class SimulatedCluster
{
    /// <summary>Deletes a pod, unless a PodDisruptionBudget forbids it, and takes one from what the budget allows.</summary>
    /// <remarks>What a budget allows is in its status, which a controller keeps.</remarks>
    /// <exception cref="ApiException">404: there is no such pod. 429: not now. 500: several budgets are about the pod, which is not supported.</exception>
    public void Evict(string @namespace, string name, DeleteOptions options)
    {
        lock (Store.Gate)
        {
            var pod = Get(Type("v1", "Pod"), @namespace, name);
            var type = Type("policy/v1", "PodDisruptionBudget");
            var budgets = Store.Read(type.Key).From(@namespace, null).Select(item => item.ToJson())
                .Where(budget => LabelSelector.Of(budget.At("spec.selector") as JsonObject) is { } selector && selector.Matches(pod.Label)).ToList();
            if (budgets.Count > 1) throw new ApiException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
            if (budgets is [var budget] && pod.ToJson().At("status.phase").Shown() is not ("Pending" or "Succeeded" or "Failed")) Spend(type, budget, options.IsDryRun);
            Delete(Type("v1", "Pod"), @namespace, name, options);
        }
    }

    private void Spend(ResourceType type, JsonObject budget, bool isDryRun)
    {
        var name = budget.At("metadata.name").Shown();
        if (budget.At("status.observedGeneration").AsWhole() is not { } observed || observed < budget.At("metadata.generation").AsWhole())
            throw ApiErrors.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, new ApiCause("DisruptionBudget", $"The disruption budget {name} is still being processed by the server.", ""));
        var allowed = budget.At("status.disruptionsAllowed").AsWhole() ?? 0;
        if (allowed <= 0)
            throw ApiErrors.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", null, new ApiCause(
                "DisruptionBudget", $"The disruption budget {name} needs {budget.At("status.desiredHealthy").Shown()} healthy pods and has {budget.At("status.currentHealthy").Shown()} currently", ""));
        if (isDryRun) return;
        budget["status"]!["disruptionsAllowed"] = allowed - 1;
        Update(type, budget.At("metadata.namespace").Shown(), name, budget, new WriteOptions { Manager = "kube-apiserver", Subresource = "status" });
    }
}
