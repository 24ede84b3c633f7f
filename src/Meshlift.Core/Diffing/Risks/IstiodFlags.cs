using System.Collections.Frozen;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Environment variables of istiod that switch behaviour, and what they mean.</summary>
/// <remarks>
/// Those whose default changed between versions, from Istio's compatibility profiles (manifests/helm-profiles/compatibility-version-*.yaml at 1.31.0-rc.0).
/// </remarks>
internal static class IstiodFlags
{
    private static readonly FrozenDictionary<string, (string Since, string Meaning)> Known = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["ENABLE_NATIVE_SIDECARS"] = ("1.27", "whether the proxy is an init container that outlives the others, or one container among them"),
        ["DISABLE_SHADOW_HOST_SUFFIX"] = ("1.28", "whether a mirrored request keeps its host without '-shadow'"),
        ["PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY"] = ("1.28, removed in 1.31", "whether gateways make a span of their own for the upstream request"),
        ["DISABLE_TRACK_REMAINING_CB_METRICS"] = ("1.29", "whether the gauges of what circuit breakers have left are not kept"),
        ["PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE"] = ("1.30", "which of several Services with one host a Sidecar chooses"),
        ["PILOT_ENABLE_STRICT_GATEWAY_MERGING"] = ("1.31", "how strictly Gateways that share a port are merged"),
        ["PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS"] = ("1.31", "whether endpoints that are not ready are sent to proxies"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A variable that was added, removed or changed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">Its value before; null when it was not set.</param>
    /// <param name="after">Its value after; null when it is not set any more.</param>
    public static Judged Of(string name, YamlNode? before, YamlNode? after)
    {
        var turn = $"{name}: {Value(before)} -> {Value(after)}";
        return Known.TryGetValue(name, out var known)
            ? new(DiffRisk.High, $"behaviour of istiod flipped, {turn}: {known.Meaning} (default since {known.Since})")
            : new(DiffRisk.Medium, $"setting of istiod, {turn}");
    }

    private static string Value(YamlNode? node) => node is null ? "not set" : RiskRules.Shown(node);
}
