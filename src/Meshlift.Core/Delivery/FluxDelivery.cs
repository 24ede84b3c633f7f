using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>Flux: a kustomization.yaml in each folder that is applied, and one Flux Kustomization for each, in order.</summary>
/// <remarks>
/// The folder's own kustomization.yaml lists nothing but the Flux Kustomizations, so that a sync of the cluster's parent folder applies those and does not
/// walk into the rest by itself (Flux generates a kustomization for folders that have none). CRDs are never pruned. Sources: the Kustomization API of
/// kustomize.toolkit.fluxcd.io/v1 and its documentation on dependencies and health checks.
/// </remarks>
/// <param name="source">The name of the GitRepository that holds the folder.</param>
/// <param name="namespace">Where the GitRepository and the Kustomizations live.</param>
/// <param name="interval">How often Flux reconciles; whole seconds.</param>
public sealed class FluxDelivery(string source, string @namespace, TimeSpan interval) : IDeliveryEngine
{
    /// <inheritdoc/>
    public ImmutableArray<DeliveryFile> Files(DeliveryInput input)
    {
        var files = ImmutableArray.CreateBuilder<DeliveryFile>();
        var kustomizations = new List<DeliveryFile>();
        foreach (var step in DeliveryStep.Of(input))
        {
            IEnumerable<string> resources = step.Files;
            if (step is { Stage: DeliveryStage.Revision, Generated.IsEmpty: false })
            {
                files.Add(KustomizationFile.Of($"{step.Folder}/{ClusterTree.Generated}", step.Generated.Select(path => path[(ClusterTree.Generated.Length + 1)..])));
                resources = step.HandWritten.Append(ClusterTree.Generated);
            }
            files.Add(KustomizationFile.Of(step.Folder, resources));
            kustomizations.Add(Kustomization(step, input));
        }
        files.AddRange(kustomizations);
        files.Add(KustomizationFile.Of("", kustomizations.Select(file => file.Path)));
        return files.DrainToImmutable();
    }

    private DeliveryFile Kustomization(DeliveryStep step, DeliveryInput input)
    {
        var spec = new List<(string, YamlNode)>
        {
            ("interval", GoDuration(interval)),
            ("path", $"./{input.FromRoot(step.Folder)}"),
            ("prune", YamlScalar.Boolean(step.Stage != DeliveryStage.Crds)),
            ("sourceRef", YamlMapping.Of(("kind", "GitRepository"), ("name", source))),
            ("timeout", "10m"),
        };
        if (!step.After.IsEmpty) spec.Add(("dependsOn", YamlSequence.Of(step.After.Select(one => YamlMapping.Of(("name", one))))));
        // A CRD is ready when it is established; of all else only rollouts are awaited.
        if (step.Stage == DeliveryStage.Crds) spec.Add(("wait", YamlScalar.Boolean(true)));
        else if (Rollouts(step.Resources) is { Items.IsEmpty: false } rollouts) spec.Add(("healthChecks", rollouts));
        return new DeliveryFile($"flux/{step.Name}.yaml", Write(YamlMapping.Of(
            ("apiVersion", "kustomize.toolkit.fluxcd.io/v1"),
            ("kind", "Kustomization"),
            ("metadata", YamlMapping.Of(("name", step.Name), ("namespace", @namespace))),
            ("spec", YamlMapping.Of([.. spec])))));
    }

    private static YamlSequence Rollouts(ImmutableArray<InventoryEntry> entries) =>
        YamlSequence.Of(entries.Select(entry => entry.Resource).Where(resource => resource is { Group: "apps", Kind: "Deployment" or "DaemonSet" }).Select(resource =>
            YamlMapping.Of(("apiVersion", "apps/v1"), ("kind", resource.Kind), ("name", resource.Name), ("namespace", resource.Namespace))));

    /// <summary>The form that Flux writes itself: <c>10m0s</c> (Go, time.Duration.String).</summary>
    private static string GoDuration(TimeSpan time) => (time.TotalHours, time.TotalMinutes) switch
    {
        ( >= 1, _) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes}m{time.Seconds}s"),
        (_, >= 1) => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{time.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}s"),
    };

    private static ReadOnlyMemory<byte> Write(YamlMapping root) => CanonicalYaml.Write(root, "apiVersion", "kind", "metadata");
}
