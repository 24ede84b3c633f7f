using System.Collections.Frozen;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Settings of istiod, the CNI plugin and ztunnel that switch behaviour, and what they mean.</summary>
/// <remarks>
/// Those whose default changed between versions, from Istio's compatibility profiles (manifests/helm-profiles/compatibility-version-*.yaml at 1.31.0-rc.0),
/// under the names by which the charts hand them on (istio-cni/templates/configmap-cni.yaml and daemonset.yaml), and those that the upgrade notes name beside them.
/// </remarks>
internal static class FlippedDefaults
{
    private const string Cni = "istio-cni-node", CniConfig = "istio-cni-config", Ztunnel = "ztunnel";

    private static readonly FrozenDictionary<string, (string Since, string Meaning)> OfIstiod = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["ENABLE_NATIVE_SIDECARS"] = ("1.27", "whether the proxy is an init container that outlives the others, or one container among them"),
        ["DISABLE_SHADOW_HOST_SUFFIX"] = ("1.28", "whether a mirrored request keeps its host without '-shadow'"),
        ["PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY"] = ("1.28, removed in 1.31", "whether gateways make a span of their own for the upstream request"),
        ["DISABLE_TRACK_REMAINING_CB_METRICS"] = ("1.29", "whether the gauges of what circuit breakers have left are not kept"),
        ["PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE"] = ("1.30", "which of several Services with one host a Sidecar chooses"),
        ["PILOT_ENABLE_STRICT_GATEWAY_MERGING"] = ("1.31", "how strictly Gateways that share a port are merged"),
        ["PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS"] = ("1.31", "whether endpoints that are not ready are sent to proxies"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string Since, string Meaning)> OfCni = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["AMBIENT_RECONCILE_POD_RULES_ON_STARTUP"] = ("1.29", "whether a new CNI pod rewrites the network rules within pods of the mesh that run already"),
        ["hostNetwork"] = ("1.26", "whether the CNI pod shares the network of the node; without it, policies and firewalls see it as a pod"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // As the values of the charts call them.
    private static readonly FrozenDictionary<string, (string Since, string Meaning)> OfValues = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["ambient/reconcileIptablesOnStartup"] = OfCni["AMBIENT_RECONCILE_POD_RULES_ON_STARTUP"],
        ["ambient/shareHostNetworkNamespace"] = OfCni["hostNetwork"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is known about a change of a setting; null when it is about none.</summary>
    public static Judged? Of(Change change, ResourceDiff resource)
    {
        var (kind, name) = (resource.Identity.Kind, resource.Identity.Name);
        if (Variable(change) is { } variable)
        {
            var (before, after) = change.Path.Place.EndsWith("/env/*", StringComparison.Ordinal)
                ? ((change.Before as YamlMapping)?["value"] ?? change.Before, (change.After as YamlMapping)?["value"] ?? change.After)
                : (change.Before, change.After);
            return (kind, name) switch
            {
                ("Deployment", ['i', 's', 't', 'i', 'o', 'd', ..]) => Setting("istiod", OfIstiod, variable, before, after),
                ("DaemonSet", Cni) => Setting("the CNI plugin", OfCni, variable, before, after),
                ("DaemonSet", Ztunnel) => Setting("ztunnel", OfIstiod, variable, before, after),
                _ => null,
            };
        }
        return (kind, name) switch
        {
            ("DaemonSet", Cni) when change.Path.Place == "spec/template/spec/hostNetwork" => Setting("the CNI plugin", OfCni, "hostNetwork", change.Before, change.After),
            ("ConfigMap", CniConfig) when change.Path.Steps is [DiffStep.Key("data"), DiffStep.Key(var key)] => Setting("the CNI plugin", OfCni, key, change.Before, change.After),
            _ => null,
        };
    }

    /// <summary>What a value of the charts means that takes effect elsewhere; null when it is not known.</summary>
    public static string? OfValue(Change change)
    {
        var place = change.Path.Place;
        foreach (var (value, known) in OfValues)
            if (place.EndsWith("/" + value, StringComparison.Ordinal))
                return Sentence(known);
        return place.Contains("/env/", StringComparison.Ordinal) && OfIstiod.TryGetValue(place[(place.LastIndexOf('/') + 1)..], out var flag) ? Sentence(flag) : null;
    }

    private static string? Variable(Change change) =>
        change.Path.Place.Contains("/env/*", StringComparison.Ordinal) && change.Path.Steps.OfType<DiffStep.Item>().Last().Label is ['n', 'a', 'm', 'e', '=', .. var name] ? name : null;

    private static Judged Setting(string of, FrozenDictionary<string, (string Since, string Meaning)> table, string name, YamlNode? before, YamlNode? after)
    {
        var turn = $"{name}: {Value(before)} -> {Value(after)}";
        return table.TryGetValue(name, out var known) ? new(DiffRisk.High, $"behaviour of {of} flipped, {turn}: {Sentence(known)}") : new(DiffRisk.Medium, $"setting of {of}, {turn}");
    }

    private static string Sentence((string Since, string Meaning) known) => $"{known.Meaning} (default since {known.Since})";

    private static string Value(YamlNode? node) => node is null ? "not set" : RiskRules.Shown(node);
}
