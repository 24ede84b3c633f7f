using System.Collections.Frozen;
using System.Globalization;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>An EnvoyFilter that no proxy of the mesh takes.</summary>
internal sealed class EnvoyFilterVersionsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML2001", "envoy_filter_versions", Severity.Warning, "an EnvoyFilter for a proxy version that no proxy has");

    public override bool IsAboutTheMesh => true;

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "networking.istio.io", Kind: "EnvoyFilter" } || ((resource.Root["spec"] as YamlMapping)?["configPatches"] as YamlSequence)?.Items is not { } patches) yield break;
        for (var i = 0; i < patches.Length; i++)
        {
            var at = (((patches[i] as YamlMapping)?["match"] as YamlMapping)?["proxy"] as YamlMapping)?["proxyVersion"] as YamlScalar;
            if (at?.AsString is not { Length: > 0 } expression) continue;
            if (mesh.Versions.Count == 0)
            {
                yield return RuleHit.Unknown("no control plane was seen whose version is known");
                yield break;
            }
            var one = resource.With(YamlMapping.Of(("spec", YamlMapping.Of(("configPatches", new YamlSequence([patches[i]]))))));
            var answers = mesh.Versions.Select(version => ProxyVersion.Concerns(one, version)).ToList();
            if (answers.Contains(true)) continue;
            if (answers.Contains(null)) yield return RuleHit.Unknown($"'{expression}' is no expression that can be evaluated");
            else yield return new RuleHit(at.Span?.Start, string.Create(CultureInfo.InvariantCulture, $"spec.configPatches[{i}].match.proxy.proxyVersion"), $"'{expression}' matches none of the versions here: {string.Join(", ", mesh.Versions)}", "correct the expression, or remove the filter");
        }
    }
}

/// <summary>A protocol that Istio does not know.</summary>
internal sealed class ServiceEntryProtocolsRule : Rule
{
    // ServiceEntry, ServicePort.protocol in the Istio API; case does not count.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS", "GRPC-WEB", "REDIS", "MYSQL", "UDP");

    public override RuleInfo Info { get; } = new("ML2002", "service_entry_protocols", Severity.Error, "a port of a ServiceEntry whose protocol Istio does not know");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "networking.istio.io", Kind: "ServiceEntry" } || ((resource.Root["spec"] as YamlMapping)?["ports"] as YamlSequence)?.Items is not { } ports) yield break;
        for (var i = 0; i < ports.Length; i++)
            if ((ports[i] as YamlMapping)?["protocol"] is YamlScalar { AsString: { Length: > 0 } protocol } at && !Known.Contains(protocol))
                yield return new RuleHit(at.Span?.Start, string.Create(CultureInfo.InvariantCulture, $"spec.ports[{i}].protocol"), $"'{protocol}' is no protocol of Istio, so the port is opaque TCP", $"write one of {string.Join(", ", Known.Order(StringComparer.Ordinal))}");
    }
}
