using System.Collections.Frozen;
using System.Globalization;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Annotations of an object and of the pods that it makes.</summary>
internal static class Annotations
{
    public static IEnumerable<(YamlEntry Entry, string Path)> Of(Resource resource)
    {
        foreach (var (metadata, path) in new[] { (resource.Root["metadata"] as YamlMapping, ""), (PodTemplate.Of(resource) is { Path.Length: > 0 } pod ? pod.Metadata : null, PodTemplate.Of(resource)?.Path ?? "") })
            if (metadata?["annotations"] is YamlMapping annotations)
                foreach (var entry in annotations.Entries)
                    yield return (entry, $"{path}metadata.annotations[\"{entry.Key}\"]");
    }
}

/// <summary>Annotations for the sidecar that no Istio reads.</summary>
internal sealed class SidecarAnnotationsRule : Rule
{
    // The annotations of istio.io/api/annotation up to 1.31, in the domains that nobody else uses.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "inject.istio.io/templates", "networking.istio.io/address-type", "networking.istio.io/exportTo", "networking.istio.io/service-type", "networking.istio.io/traffic-distribution",
        "networking.istio.io/tunnel", "proxy.istio.io/config", "proxy.istio.io/overrides",
        "readiness.status.sidecar.istio.io/applicationPorts", "readiness.status.sidecar.istio.io/failureThreshold", "readiness.status.sidecar.istio.io/initialDelaySeconds",
        "readiness.status.sidecar.istio.io/periodSeconds", "sidecar.istio.io/agentLogLevel", "sidecar.istio.io/bootstrapOverride", "sidecar.istio.io/componentLogLevel",
        "sidecar.istio.io/controlPlaneAuthPolicy", "sidecar.istio.io/discoveryAddress", "sidecar.istio.io/enableCoreDump", "sidecar.istio.io/extraStatTags", "sidecar.istio.io/inject",
        "sidecar.istio.io/interceptionMode", "sidecar.istio.io/logLevel", "sidecar.istio.io/nativeSidecar", "sidecar.istio.io/proxyCPU", "sidecar.istio.io/proxyCPULimit",
        "sidecar.istio.io/proxyImage", "sidecar.istio.io/proxyImageType", "sidecar.istio.io/proxyMemory", "sidecar.istio.io/proxyMemoryLimit", "sidecar.istio.io/rewriteAppHTTPProbers",
        "sidecar.istio.io/statsCompression", "sidecar.istio.io/statsEvictionInterval", "sidecar.istio.io/statsHistogramBuckets", "sidecar.istio.io/statsInclusionPrefixes",
        "sidecar.istio.io/statsInclusionRegexps", "sidecar.istio.io/statsInclusionSuffixes", "sidecar.istio.io/status", "sidecar.istio.io/userVolume", "sidecar.istio.io/userVolumeMount",
        "status.sidecar.istio.io/port", "traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/excludeInterfaces", "traffic.sidecar.istio.io/excludeOutboundIPRanges",
        "traffic.sidecar.istio.io/excludeOutboundPorts", "traffic.sidecar.istio.io/includeInboundPorts", "traffic.sidecar.istio.io/includeOutboundIPRanges",
        "traffic.sidecar.istio.io/includeOutboundPorts", "traffic.sidecar.istio.io/kubevirtInterfaces");

    private static readonly FrozenSet<string> Domains = Known.Select(name => name.Split('/')[0]).ToFrozenSet(StringComparer.Ordinal);

    public override RuleInfo Info { get; } = new("ML3003", "sidecar_annotations", Severity.Warning, "an annotation for the sidecar that Istio does not know");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (entry, path) in Annotations.Of(resource))
            if (Domains.Contains(entry.Key.Split('/')[0]) && !Known.Contains(entry.Key))
            {
                var near = Spelling.Suggest(entry.Key, Known);
                yield return new RuleHit((entry.KeySpan ?? entry.Value.Span)?.Start, path, $"Istio does not know '{entry.Key}', so it does nothing", near is { } names ? $"did you mean {string.Join(" or ", names.Select(name => $"'{name}'"))}?" : "remove it");
            }
    }
}

/// <summary>Annotations that hold a list of ports.</summary>
internal sealed class InboundPortsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3004", "inbound_ports", Severity.Error, "an annotation of ports that holds something other than ports");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (entry, path) in Annotations.Of(resource))
        {
            if (!entry.Key.StartsWith("traffic.sidecar.istio.io/", StringComparison.Ordinal) || !entry.Key.EndsWith("Ports", StringComparison.Ordinal) || entry.Value is not YamlScalar { AsString: { } text }) continue;
            // Only what includes ports can mean all of them (validation of annotations in pkg/kube/inject).
            if (text.Length == 0 || (text.Trim() == "*" && entry.Key.Contains("/include", StringComparison.Ordinal))) continue;
            foreach (var part in text.Split(','))
                if (!IsPort(part.Trim()))
                {
                    yield return new RuleHit(entry.Value.Span?.Start, path, $"'{part.Trim()}' is no port", "write ports between commas, such as \"8080,9090\"; injection is refused otherwise");
                    break;
                }
        }
    }

    private static bool IsPort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535;
}
