using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.GitOps;

/// <summary>A folder that is applied as one: a Kustomization of Flux.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">The generation of what it says.</param>
/// <param name="Path">The folder.</param>
/// <param name="DependsOn">The units, by namespace and name, that must be ready before.</param>
/// <param name="IsPruned">Whether objects that leave the folder leave the cluster.</param>
/// <param name="Waits">Whether all its objects must be healthy before it is ready.</param>
/// <param name="HealthChecks">The objects that must be healthy, where not all must.</param>
/// <param name="Interval">After how long it is applied again though nothing changed.</param>
/// <param name="Timeout">How long its objects have to become healthy.</param>
/// <param name="IsSuspended">True when nothing is to be done.</param>
internal sealed record DeliveryUnit(
    string Namespace, string Name, long Generation, string Path, ImmutableArray<(string Namespace, string Name)> DependsOn, bool IsPruned, bool Waits,
    ImmutableArray<(string ApiVersion, string Kind, string Namespace, string Name)> HealthChecks, TimeSpan Interval, TimeSpan Timeout, bool IsSuspended)
{
    /// <summary>What the objects of a cluster are called by: namespace and name.</summary>
    public (string Namespace, string Name) Key => (Namespace, Name);

    /// <summary>Reads a Kustomization of Flux (kustomize.toolkit.fluxcd.io/v1).</summary>
    public static DeliveryUnit Of(JsonObject kustomization)
    {
        var space = kustomization.At("metadata.namespace").Shown();
        var spec = kustomization["spec"] as JsonObject ?? [];
        var interval = Duration(spec.Text("interval")) ?? TimeSpan.FromMinutes(10);
        return new DeliveryUnit(
            space, kustomization.At("metadata.name").Shown(), kustomization.At("metadata.generation").AsWhole() ?? 0, spec.Text("path") ?? "",
            [.. spec.Items("dependsOn").OfType<JsonObject>().Select(other => (other.Text("namespace") ?? space, other.Text("name") ?? ""))],
            spec.Flag("prune"), spec.Flag("wait"),
            [.. spec.Items("healthChecks").OfType<JsonObject>().Select(check => (check.Text("apiVersion") ?? "", check.Text("kind") ?? "", check.Text("namespace") ?? "", check.Text("name") ?? ""))],
            interval, Duration(spec.Text("timeout")) ?? interval, spec.Flag("suspend"));
    }

    /// <summary>A duration as Go writes it, such as <c>1h30m0s</c>.</summary>
    private static TimeSpan? Duration(string? text)
    {
        var (sum, number) = (TimeSpan.Zero, 0L);
        foreach (var letter in text ?? "")
        {
            if (char.IsAsciiDigit(letter))
            {
                number = Math.Min(number * 10 + letter - '0', 1_000_000);
                continue;
            }
            sum += letter switch { 'h' => TimeSpan.FromHours(number), 'm' => TimeSpan.FromMinutes(number), 's' => TimeSpan.FromSeconds(number), _ => TimeSpan.Zero };
            number = 0;
        }
        return sum > TimeSpan.Zero ? sum : null;
    }
}
