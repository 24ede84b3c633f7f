using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>A resource in no namespace, or in one that is misspelled.</summary>
internal sealed class NamespacesRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3013", "namespaces", Severity.Warning, "a resource without a namespace, or in one that is misspelled");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var together in notes.Resources.Where(one => IsNamespaced(one.Resource)).GroupBy(one => (one.File.Cluster, one.File.Together)))
        {
            var without = together.Where(one => one.Resource.Identity.Namespace.Length == 0).ToList();
            // Where most name none, whoever applies them names it.
            if (without.Count == 0 || without.Count * 2 > together.Count()) continue;
            var isNamed = notes.SeenFrom<NamesNamespacesNote>(without[0].File).Any();
            foreach (var (file, resource) in without)
                yield return isNamed
                    ? AcrossHit.Of(Info, file, resource, "", "an engine may name the namespace", "") with { IsUnknown = true }
                    : AcrossHit.Of(Info, file, resource, "metadata.namespace", "no namespace is named, so whoever applies it decides where it goes", "name the namespace, as the resources beside it do");
        }
        foreach (var hit in Misspelled(notes)) yield return hit;
    }

    private static bool IsNamespaced(IndexedResource resource) => (resource.Identity.Group, resource.Identity.Kind) switch
    {
        ("", "Pod" or "Service" or "ServiceAccount" or "ConfigMap" or "Secret" or "PersistentVolumeClaim" or "ResourceQuota" or "LimitRange" or "Endpoints" or "ReplicationController") => true,
        ("apps" or "batch" or "autoscaling" or "policy", not "PodSecurityPolicy") => true,
        ("networking.k8s.io", "Ingress" or "NetworkPolicy") or ("rbac.authorization.k8s.io", "Role" or "RoleBinding") => true,
        ("networking.istio.io" or "security.istio.io" or "telemetry.istio.io" or "extensions.istio.io", _) => true,
        ("gateway.networking.k8s.io", not "GatewayClass") => true,
        _ => false,
    };

    /// <summary>Only where the files hold every other namespace that is in use can one that is missing be taken for a slip.</summary>
    private IEnumerable<AcrossHit> Misspelled(RepositoryNotes notes)
    {
        var declared = notes.All<NamespaceNote>().ToLookup(one => one.Noted.File.Cluster, one => one.Note.Identity.Name, StringComparer.Ordinal);
        foreach (var cluster in notes.Resources.Where(one => one.Resource.Identity.Namespace.Length > 0).GroupBy(one => one.File.Cluster, StringComparer.Ordinal))
        {
            var known = declared[cluster.Key].Concat(cluster.Key.Length == 0 ? declared.SelectMany(names => names) : declared[""]).ToHashSet(StringComparer.Ordinal);
            var missing = cluster.Where(one => !known.Contains(one.Resource.Identity.Namespace) && !IsOfKubernetes(one.Resource.Identity.Namespace)).GroupBy(one => one.Resource.Identity.Namespace, StringComparer.Ordinal).ToList();
            if (missing is not [var one] || notes.CanHoldMore(one.First().File, one.Key)) continue;
            if (Spelling.Suggest(one.Key, known) is not [var meant] || !IsSlip(one.Key, meant)) continue;
            foreach (var (file, resource) in one)
                yield return AcrossHit.Of(Info, file, resource, "metadata.namespace", $"no manifest makes the namespace '{one.Key}', and every other one stands in the files", $"did you mean '{meant}'?");
        }
    }

    private static bool IsOfKubernetes(string name) => name == "default" || name.StartsWith("kube-", StringComparison.Ordinal);

    // shop-1 and shop-2, shop-a and shop-b, eu and us are names that differ on purpose.
    private static bool IsSlip(string written, string meant) =>
        written.Length > 3 && Math.Abs(written.Length - meant.Length) <= 1 && !written.Any(char.IsAsciiDigit) && !meant.Any(char.IsAsciiDigit)
        && written.Split('-').Zip(meant.Split('-')).Where(parts => parts.First != parts.Second).All(parts => parts.First.Length > 3 && parts.Second.Length > 3) && written.Split('-').Length == meant.Split('-').Length
        && written.Zip(meant).TakeWhile(pair => pair.First == pair.Second).Count() + written.Reverse().Zip(meant.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count() >= Math.Min(written.Length, meant.Length) - 2;
}
