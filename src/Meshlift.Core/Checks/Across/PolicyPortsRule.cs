using System.Globalization;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>Network policies that shut out what the mesh lives on.</summary>
/// <remarks>
/// Policies add up: what one of them lets through is let through. Ports as in Istio's "Application Requirements"; for the ambient mode, "Ambient and Kubernetes
/// NetworkPolicy". Who is let through is not judged, only whether anybody is.
/// </remarks>
internal sealed class PolicyPortsRule : AcrossRule
{
    // 15010 is not encrypted, and closing it is sound.
    private static readonly (int Port, string Use)[] OfIstiod = [(15012, "15012 (configuration of proxies)"), (15014, "15014 (metrics)"), (15017, "15017 (webhooks)")];
    private static readonly int[] Dns = [53, 5353, 1053];
    private const uint Prober = (169u << 24) | (254u << 16) | (7u << 8) | 127u;

    public override RuleInfo Info { get; } = new("ML3020", "policy_ports", Severity.Warning, "a NetworkPolicy that shuts out istiod, DNS, HBONE or probes");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var group in notes.All<PolicyNote>().GroupBy(one => (one.Noted.File.Cluster, one.Note.Identity.Namespace)))
        {
            var policies = group.ToList();
            // Several policies that together shut something out are one fault.
            foreach (var isIngress in (bool[])[true, false])
            {
                var told = new List<PolicyNote>();
                foreach (var (noted, policy) in policies)
                {
                    if ((isIngress ? policy.Ingress : policy.Egress) is not { } side || told.Exists(other => other.Selector.CanMeet(policy.Selector))) continue;
                    if (ShutOut(notes, noted, policy, isIngress) is not { } verdict) continue;
                    if (verdict.IsUnknown) yield return AcrossHit.Unknown(noted, verdict.Message);
                    else yield return AcrossHit.Of(Info, noted, side.At, isIngress ? "spec.ingress" : "spec.egress", verdict.Message, verdict.Remedy);
                    told.Add(policy);
                }
            }
        }
    }

    private static (string Message, string Remedy, bool IsUnknown)? ShutOut(RepositoryNotes notes, Noted noted, PolicyNote policy, bool isIngress)
    {
        var space = policy.Identity.Namespace;
        var rules = notes.SeenFrom<PolicyNote>(noted.File).Where(other => other.Identity.Namespace == space && other.Selector.CanMeet(policy.Selector))
            .SelectMany(other => (isIngress ? other.Ingress : other.Egress)?.Rules ?? []).ToList();
        if (rules.Exists(rule => rule is { Ports.IsEmpty: true, HasNames: false, IsForAnyone: true })) return null;
        var pods = notes.Pods(noted.File, space, policy.Selector).ToList();
        var verdict = isIngress ? Ingress(notes, noted, space, rules, pods) : Egress(notes, noted, space, rules, pods);
        return verdict is { } found && notes.CanHoldMore(noted.File, space) ? ($"a chart may bring a policy that lets it through: {found.Message}", "", true) : verdict;
    }

    private static (string Message, string Remedy, bool IsUnknown)? Ingress(RepositoryNotes notes, Noted noted, string space, List<PolicyRule> rules, List<PodsNote> pods)
    {
        if (pods.Exists(one => one.Labels["app"] == "istiod") && OfIstiod.Where(one => !Admits(rules, one.Port)).Select(one => one.Use).ToList() is { Count: > 0 } closed)
            return ($"istiod cannot be reached at {string.Join(", ", closed)}", "let these ports in", false);
        if (!notes.SeenFrom<NamespaceNote>(noted.File).Any(one => one.Identity.Name == space && one.IsAmbient)) return null;
        var mesh = pods.FindAll(one => one.Labels["istio.io/dataplane-mode"] != "none");
        if (mesh.Count == 0) return null;
        if (!Admits(rules, 15008)) return ("the mesh cannot reach the pods: in ambient mode everything comes to port 15008 (HBONE)", "let port 15008 in", false);
        return mesh.Exists(one => one.HasProbes) && !rules.Exists(rule => rule.IsForAnyone && !IsHboneAlone(rule)) && !rules.Exists(rule => rule.Blocks.Any(Holds))
            ? ("probes of the kubelet are shut out: in ambient mode they come from 169.254.7.127", "let the ipBlock 169.254.7.127/32 in", false)
            : null;
    }

    private static (string Message, string Remedy, bool IsUnknown)? Egress(RepositoryNotes notes, Noted noted, string space, List<PolicyRule> rules, List<PodsNote> pods)
    {
        var missing = new List<string>();
        if (!Dns.Any(port => Admits(rules, port))) missing.Add("DNS (53)");
        if (!Admits(rules, 15012) && !Admits(rules, 15010)) missing.Add("istiod (15012)");
        if (missing.Count == 0) return null;
        if (notes.SeenFrom<NamespaceNote>(noted.File).FirstOrDefault(one => one.Identity.Name == space) is not { } place)
            return pods.Exists(one => one.Labels["sidecar.istio.io/inject"] == "true") ? Verdict() : pods.Count > 0 && pods.TrueForAll(one => one.Labels["sidecar.istio.io/inject"] == "false") ? null : ("no manifest of the namespace was seen, so nobody can tell whether it is in the mesh", "", true);
        return pods.Exists(one => one.Labels["sidecar.istio.io/inject"] is { } asked ? asked == "true" : place.HasSidecars) ? Verdict() : null;

        (string, string, bool)? Verdict() => ($"sidecars cannot reach {string.Join(" and ", missing)}, so these pods never become ready", "let the ports out", false);
    }

    private static bool Admits(List<PolicyRule> rules, int port) => rules.Exists(rule => rule.Admits(port));

    private static bool IsHboneAlone(PolicyRule rule) => !rule.HasNames && rule.Ports is [(15008, 15008)];

    /// <summary>True for a range of IPv4 that holds the address of probes.</summary>
    private static bool Holds(string block)
    {
        if (block.Split('/') is not [var address, var length] || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits > 32) return false;
        var (start, parts) = (0u, address.Split('.'));
        foreach (var part in parts)
        {
            if (parts.Length != 4 || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            start = (start << 8) | number;
        }
        return bits == 0 || (start ^ Prober) >> (32 - bits) == 0;
    }
}
