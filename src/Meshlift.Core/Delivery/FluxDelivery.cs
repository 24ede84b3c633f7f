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
    private const string KustomizationFile = "kustomization.yaml";

    /// <inheritdoc/>
    public ImmutableArray<DeliveryFile> Files(DeliveryInput input)
    {
        var files = ImmutableArray.CreateBuilder<DeliveryFile>();
        var steps = new List<DeliveryFile>();
        var crds = Below(ClusterTree.Crds, input.Common);
        if (crds.Count > 0)
        {
            files.Add(Kustomization(ClusterTree.Crds, crds));
            steps.Add(Step(input, "istio-crds", ClusterTree.Crds, after: [], prune: false, healthOf: null));
        }
        List<string> shared = [.. Below(ClusterTree.Common, input.Common).Where(path => !path.StartsWith("customresourcedefinition/", StringComparison.Ordinal)), .. HandWritten(input, ClusterTree.Common)];
        if (shared.Count > 0)
        {
            files.Add(Kustomization(ClusterTree.Common, shared));
            steps.Add(Step(input, "istio-shared", ClusterTree.Common, after: crds.Count > 0 ? ["istio-crds"] : [], prune: true, healthOf: []));
        }
        string[] first = shared.Count > 0 ? ["istio-shared"] : crds.Count > 0 ? ["istio-crds"] : [];
        var revisions = new List<string>();
        foreach (var (revision, generated) in input.Revisions)
        {
            List<string> own = [.. HandWritten(input, revision.Value)];
            if (generated.Length > 0)
            {
                var folder = $"{revision}/{ClusterTree.Generated}";
                files.Add(Kustomization(folder, Below(ClusterTree.Generated, generated)));
                own.Insert(0, ClusterTree.Generated);
            }
            if (own.Count == 0) continue;
            files.Add(Kustomization(revision.Value, own));
            revisions.Add($"istio-{revision}");
            steps.Add(Step(input, $"istio-{revision}", revision.Value, first, prune: true, generated));
        }
        List<string> active = [.. Below(ClusterTree.Active, input.Active), .. HandWritten(input, ClusterTree.Active)];
        if (active.Count > 0)
        {
            files.Add(Kustomization(ClusterTree.Active, active));
            steps.Add(Step(input, "istio-active", ClusterTree.Active, revisions.Count > 0 ? revisions : first, prune: true, input.Active));
        }
        files.AddRange(steps);
        files.Add(Kustomization("", [.. steps.Select(step => step.Path)]));
        return files.DrainToImmutable();
    }

    private static List<string> Below(string folder, ImmutableArray<InventoryEntry> entries) =>
        [.. entries.Where(entry => entry.Path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(entry => entry.Path[(folder.Length + 1)..])];

    private static ImmutableArray<string> HandWritten(DeliveryInput input, string folder) => input.HandWritten.GetValueOrDefault(folder, []);

    private static DeliveryFile Kustomization(string folder, IReadOnlyList<string> resources) => new(
        folder.Length == 0 ? KustomizationFile : $"{folder}/{KustomizationFile}",
        Write(YamlMapping.Of(
            ("apiVersion", "kustomize.config.k8s.io/v1beta1"),
            ("kind", "Kustomization"),
            ("resources", YamlSequence.Of(resources.Order(StringComparer.Ordinal).Select(path => (YamlNode)path))))));

    /// <param name="input">The cluster.</param>
    /// <param name="name">The name of the Flux Kustomization.</param>
    /// <param name="folder">What it applies, below the cluster's folder.</param>
    /// <param name="after">What must be healthy first.</param>
    /// <param name="prune">Whether Flux deletes what leaves the folder.</param>
    /// <param name="healthOf">The resources whose rollout is awaited; null to wait for all of them, as for CRDs to be established.</param>
    private DeliveryFile Step(DeliveryInput input, string name, string folder, IReadOnlyList<string> after, bool prune, ImmutableArray<InventoryEntry>? healthOf)
    {
        var path = input.Folder.Length == 0 ? $"./{folder}" : $"./{input.Folder}/{folder}";
        var spec = new List<(string, YamlNode)>
        {
            ("interval", GoDuration(interval)),
            ("path", path),
            ("prune", YamlScalar.Boolean(prune)),
            ("sourceRef", YamlMapping.Of(("kind", "GitRepository"), ("name", source))),
            ("timeout", "10m"),
        };
        if (after.Count > 0) spec.Add(("dependsOn", YamlSequence.Of(after.Select(one => YamlMapping.Of(("name", one))))));
        if (healthOf is not { } watched) spec.Add(("wait", YamlScalar.Boolean(true)));
        else if (Rollouts(watched) is { Items.IsEmpty: false } rollouts) spec.Add(("healthChecks", rollouts));
        return new DeliveryFile($"flux/{name}.yaml", Write(YamlMapping.Of(
            ("apiVersion", "kustomize.toolkit.fluxcd.io/v1"),
            ("kind", "Kustomization"),
            ("metadata", YamlMapping.Of(("name", name), ("namespace", @namespace))),
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
