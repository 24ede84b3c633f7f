using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>Names of Services as Istio reads them (ResolveShortnameToFQDN in pilot/pkg/model/virtualservice.go).</summary>
internal static class MeshHost
{
    private const string Suffix = ".svc.cluster.local";

    /// <summary>The full name: one without a dot is of the resource's own namespace, any other is taken as it is.</summary>
    public static string Full(string host, string space) => host.Contains('.', StringComparison.Ordinal) || host == "*" ? host : $"{host}.{space}{Suffix}";

    /// <summary>Name and namespace of a Service of the cluster; null for every other host.</summary>
    public static (string Name, string Namespace)? Service(string full) =>
        full.EndsWith(Suffix, StringComparison.Ordinal) && full[..^Suffix.Length].Split('.') is [{ Length: > 0 } name, { Length: > 0 } space] && !name.Contains('*', StringComparison.Ordinal) ? (name, space) : null;

    /// <summary>Name and namespace of what was meant by <c>reviews.prod</c> or <c>reviews.prod.svc</c>; null for every other host.</summary>
    public static (string Name, string Namespace)? Shortened(string host) => host.Split('.') is [_, _] or [_, _, "svc"] ? (host.Split('.')[0], host.Split('.')[1]) : null;
}

/// <summary>A host that nobody answers for.</summary>
internal sealed class DestinationHostsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML2003", "destination_hosts", Severity.Warning, "a VirtualService or DestinationRule for a Service that does not exist");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var (noted, routes) in notes.All<RoutesNote>())
            foreach (var destination in routes.Destinations)
                if (Verdict(notes, noted, destination.Host, routes.Identity.Namespace) is { } verdict)
                    yield return verdict.IsUnknown ? AcrossHit.Unknown(noted, verdict.Message) : AcrossHit.Of(Info, noted, destination.At, $"{destination.Path}.host", verdict.Message, verdict.Remedy);
        foreach (var (noted, rule) in notes.All<HostRuleNote>())
            if (Verdict(notes, noted, rule.Host, rule.Identity.Namespace) is { } verdict)
                yield return verdict.IsUnknown ? AcrossHit.Unknown(noted, verdict.Message) : AcrossHit.Of(Info, noted, rule.At, "spec.host", verdict.Message, verdict.Remedy);
    }

    private static (string Message, string Remedy, bool IsUnknown)? Verdict(RepositoryNotes notes, Noted noted, string host, string space)
    {
        var full = MeshHost.Full(host, space);
        if (notes.SeenFrom<EntriesNote>(noted.File).Any(entries => entries.Hosts.Any(entry => Covers(entry, full)))) return null;
        if (MeshHost.Service(full) is not { } service)
        {
            // Whatever is no name of the cluster may be known to a mesh that spans others.
            return MeshHost.Shortened(host) is { } meant && notes.HasService(noted.File, meant.Namespace, meant.Name)
                ? ($"Istio takes a host with a dot as it is, and none is called {host}", $"write {meant.Name}.{meant.Namespace}.svc.cluster.local", false)
                : null;
        }
        if (notes.HasService(noted.File, service.Namespace, service.Name)) return null;
        if (notes.CanHoldMore(noted.File, service.Namespace)) return ("a chart or an operator may make Services that stand in no file", "", true);
        return notes.HasServices(noted.File, service.Namespace)
            ? ($"there is no Service {service.Name} in the namespace {service.Namespace}", "correct the host, or add the Service", false)
            : ("no Service of the namespace stands in the files", "", true);
    }

    private static bool Covers(string entry, string host) => entry.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(entry[1..], StringComparison.Ordinal) : entry == host;
}

/// <summary>A subset that no DestinationRule has.</summary>
internal sealed class SubsetsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML2004", "subsets", Severity.Error, "a VirtualService that sends requests to a subset that no DestinationRule has");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var rules = notes.All<HostRuleNote>().ToLookup(one => MeshHost.Full(one.Note.Host, one.Note.Identity.Namespace), StringComparer.Ordinal);
        foreach (var (noted, routes) in notes.All<RoutesNote>())
        {
            foreach (var destination in routes.Destinations)
            {
                if (destination.Subset.Length == 0) continue;
                var full = MeshHost.Full(destination.Host, routes.Identity.Namespace);
                var seen = rules[full].Where(one => noted.File.Sees(one.Noted.File)).ToList();
                if (seen.Exists(one => one.Note.Subsets.Contains(destination.Subset, StringComparer.Ordinal))) continue;
                yield return seen.Count == 0
                    ? AcrossHit.Unknown(noted, "no DestinationRule for the host stands in the files")
                    : AcrossHit.Of(Info, noted, destination.SubsetAt, $"{destination.Path}.subset", $"no DestinationRule for {full} has a subset '{destination.Subset}', so these requests are answered with 503", "correct the name, or add the subset first");
            }
        }
    }
}
