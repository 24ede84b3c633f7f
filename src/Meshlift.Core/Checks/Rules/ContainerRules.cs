using System.Collections.Frozen;
using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>The containers that their authors, not Istio, are answerable for.</summary>
internal static class OwnContainers
{
    private static readonly FrozenSet<string> OfIstio = FrozenSet.Create(StringComparer.Ordinal, "istio-proxy", "istio-init", "istio-validation", "enable-core-dump");

    public static IEnumerable<(YamlMapping Container, string Path, bool IsInit)> Of(Resource resource)
    {
        // Of what the charts render, Istio decides.
        if (resource.Label("app.kubernetes.io/part-of") == "istio" || resource.Label("operator.istio.io/component") is not null || PodTemplate.Of(resource) is not { } pod) return [];
        return pod.Containers().Where(one => !OfIstio.Contains((one.Container["name"] as YamlScalar)?.Value ?? "") && (one.Container["image"] as YamlScalar)?.Value != "auto");
    }

    public static string Text(YamlNode? node) => (node as YamlScalar)?.Value ?? "";
}

/// <summary>A variable that is set twice.</summary>
internal sealed class EnvironmentVariablesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3005", "environment_variables", Severity.Error, "an environment variable that is set twice");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, _) in PodTemplate.Of(resource)?.Containers() ?? [])
        {
            if (container["env"] is not YamlSequence env) continue;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < env.Items.Length; i++)
                if ((env.Items[i] as YamlMapping)?["name"] is YamlScalar name && !seen.Add(name.Value))
                    yield return new RuleHit(name.Span?.Start, string.Create(CultureInfo.InvariantCulture, $"{path}.env[{i}].name"), $"'{name.Value}' is set above already, and this value wins", "remove one of the two");
        }
    }
}

/// <summary>Containers whose memory nobody bounds.</summary>
internal sealed class MemoryRule : Rule
{
    private static readonly string[] Kinds = ["requests", "limits"];

    public override RuleInfo Info { get; } = new("ML3006", "memory", Severity.Warning, "a container without a request and a limit of memory");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, isInit) in OwnContainers.Of(resource))
        {
            if (isInit) continue;
            var resources = container["resources"] as YamlMapping;
            var missing = Kinds.Where(kind => (resources?[kind] as YamlMapping)?["memory"] is null).ToList();
            // A limit without a request is a request of as much.
            if (missing is ["requests"]) missing.Clear();
            if (missing.Count > 0)
                yield return new RuleHit((container["resources"] ?? container["name"] ?? container).Span?.Start, path + ".resources", $"no memory in {string.Join(" and ", missing)}", "set resources.requests.memory and resources.limits.memory");
        }
    }
}

/// <summary>Ports that the sidecar needs for itself.</summary>
internal sealed class ReservedPortsRule : Rule
{
    // Istio, "Application Requirements", ports used by the sidecar.
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal, "15000", "15001", "15002", "15004", "15006", "15008", "15020", "15021", "15053", "15090");

    public override RuleInfo Info { get; } = new("ML3008", "reserved_ports", Severity.Error, "a container on a port that the sidecar needs");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (PodTemplate.Of(resource) is not { } pod || pod.Label(Enrolment.Inject) == "false" || OwnContainers.Text(pod.Spec["hostNetwork"]) == "true") yield break;
        foreach (var (container, path, _) in OwnContainers.Of(resource))
        {
            if (container["ports"] is not YamlSequence ports) continue;
            for (var i = 0; i < ports.Items.Length; i++)
                if ((ports.Items[i] as YamlMapping)?["containerPort"] is YamlScalar port && Reserved.Contains(port.Value))
                    yield return new RuleHit(port.Span?.Start, string.Create(CultureInfo.InvariantCulture, $"{path}.ports[{i}].containerPort"), $"the sidecar listens on {port.Value} itself, so one of the two does not start", "listen on another port");
        }
    }
}

/// <summary>Images that mean something else tomorrow.</summary>
internal sealed class ImageNamesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3009", "image_names", Severity.Warning, "an image without a version");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, _) in OwnContainers.Of(resource))
        {
            if (container["image"] is not YamlScalar { AsString: { Length: > 0 } image } at || image.Contains('@', StringComparison.Ordinal)) continue;
            var name = image[(image.LastIndexOf('/') + 1)..];
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && name[(colon + 1)..] is not ("latest" or "")) continue;
            yield return new RuleHit(at.Span?.Start, path + ".image", $"'{image}' is another image after each push", "name a version or a digest");
        }
    }
}

/// <summary>Probes that need a program in the image.</summary>
internal sealed class ProbesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3010", "probes", Severity.Warning, "a probe that runs curl or wget");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, _) in OwnContainers.Of(resource))
            foreach (var probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
                if (((container[probe] as YamlMapping)?["exec"] as YamlMapping)?["command"] is YamlSequence command
                    && command.Items.OfType<YamlScalar>().SelectMany(word => word.Value.Split(' ', ';', '|', '&', '/', '\n')).FirstOrDefault(word => word is "curl" or "wget") is { } program)
                    yield return new RuleHit(command.Span?.Start, $"{path}.{probe}.exec.command", $"{program} starts a process for each probe, and the image must hold it", "write an httpGet, grpc or tcpSocket probe");
    }
}
