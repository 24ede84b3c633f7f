using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Drifting;
using Meshlift.Core.Findings;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Engine.Drifting;

/// <summary>How objects are compared.</summary>
public enum CompareMode
{
    /// <summary>By dry run; by their fields where that cannot be.</summary>
    Auto,
    /// <summary>By dry run; what cannot be tried is unknown.</summary>
    DryRun,
    /// <summary>By their fields: nothing but reading is asked of the server.</summary>
    Fields,
}

/// <summary>Holds what Git says against one cluster.</summary>
/// <param name="client">Speaks to the cluster.</param>
/// <param name="mode">How objects are compared.</param>
public sealed class ClusterComparison(ClusterClient client, CompareMode mode)
{
    internal const int MostAtOnce = 8;

    // Kinds that the user may not apply: to ask for each object again would be noise in the server's audit log.
    private readonly ConcurrentDictionary<ApiResource, string> _forbidden = [];
    private readonly ConcurrentDictionary<string, int> _untried = new(StringComparer.Ordinal);
    private int _dryRuns;

    /// <summary>Compares.</summary>
    /// <exception cref="UserException">Nothing is known of the cluster.</exception>
    public async Task<ClusterDrift> CompareAsync(DriftSource source, CancellationToken cancel)
    {
        var discovery = await client.DiscoverAsync(cancel);
        var targets = source.Stated.Resources.Resources.Select(resource => Target.Of(resource, discovery, client.Access.Namespace)).ToImmutableArray();
        var live = await LiveObjects.ReadAsync(client, targets, discovery, source.LeftOvers is not null, cancel);
        var found = new DriftFinding?[targets.Length];
        await Parallel.ForAsync(0, targets.Length, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel }, async (i, stop) => found[i] = await CompareAsync(targets[i], live, stop));
        // What stands in a file that could not be read is not left over.
        var leftOver = source.LeftOvers is { } rule && source.Stated.Unread.IsEmpty ? live.LeftOver(targets, rule) : [];
        var unread = source.Stated.Unread.Select(place => $"not read: {place}{(source.LeftOvers is null ? "" : "; nothing is called left over while something is unread")}");
        return new ClusterDrift(
            targets.Length, _dryRuns,
            [.. found.OfType<DriftFinding>().Concat(leftOver).OrderBy(finding => finding.Resource)],
            [.. unread, .. Remarks(), .. live.Unseen.Order(StringComparer.Ordinal).Select(unseen => $"not looked at: {unseen}")]) { IsPartial = !source.Stated.Unread.IsEmpty };
    }

    private async Task<DriftFinding?> CompareAsync(Target target, LiveObjects live, CancellationToken cancel)
    {
        if (target.Type is not { } type) return target.Finding(DriftKind.Unknown, target.Problem);
        if (live.Problem(target) is { } problem) return target.Finding(DriftKind.Unknown, problem);
        var current = live.Find(target.Identity);
        if (current?.Metadata.Deleted is not null) return target.Finding(DriftKind.Missing, "it is being deleted");
        var (applied, answer, words) = await TryAsync(target, type, current?.Root, cancel);
        if (current?.Root is not { } root) return target.Finding(DriftKind.Missing, answer == DryRunAnswer.Refused ? words : "");
        if (mode == CompareMode.DryRun && applied is null && answer != DryRunAnswer.Refused) return target.Finding(DriftKind.Unknown, words);
        var fields = DriftComparison.Of(target.Resource, root, applied, live.Scaled.IsScaled(target.Identity));
        if (answer == DryRunAnswer.Refused) return target.Finding(DriftKind.Refused, words) with { Fields = fields };
        return fields.IsEmpty ? null : target.Finding(DriftKind.Differs, "") with { Fields = fields };
    }

    private async Task<(YamlMapping? Applied, DryRunAnswer? Answer, string Words)> TryAsync(Target target, ApiResource type, YamlMapping? current, CancellationToken cancel)
    {
        if (mode == CompareMode.Fields) return (null, null, "");
        if (_forbidden.TryGetValue(type, out var known)) return (null, DryRunAnswer.Forbidden, known);
        try
        {
            var options = new WriteOptions { DryRun = true, FieldManager = current is null ? FieldAuthors.Nobody : FieldAuthors.Of(current).Deliverer };
            var space = type.IsNamespaced ? target.Identity.Namespace : null;
            var result = await client.ApplyAsync(type, space, target.Identity.Name, target.Resource.Root, force: true, options, cancel);
            Interlocked.Increment(ref _dryRuns);
            return (((ApplyResult.Applied)result).Object, null, "");
        }
        catch (UserException e) when (e.InnerException is Rejection { Status: var status })
        {
            var words = DryRunAnswers.Words(status, target.Identity);
            var answer = DryRunAnswers.Of(status);
            if (answer == DryRunAnswer.Forbidden) _forbidden[type] = words;
            if (answer == DryRunAnswer.Untried) _untried.AddOrUpdate(words, 1, (_, count) => count + 1);
            return (null, answer, words);
        }
    }

    private IEnumerable<string> Remarks()
    {
        if (mode == CompareMode.DryRun) yield break;
        if (!_forbidden.IsEmpty)
            yield return $"fields were compared, because a dry run is not allowed (the RBAC verb patch) of {string.Join(", ", _forbidden.Keys.Select(type => type.ToString()).Order(StringComparer.Ordinal))}";
        foreach (var (words, count) in _untried.OrderBy(one => one.Key, StringComparer.Ordinal)) yield return $"fields of {Counted.Of(count, "object")} were compared, because a dry run failed: {words}";
    }
}

/// <summary>An object of Git and where it is in the cluster.</summary>
/// <param name="Resource">As it stands in Git.</param>
/// <param name="Identity">With the namespace in which it is looked for.</param>
/// <param name="Type">Its kind; null when the cluster does not serve it.</param>
/// <param name="Problem">Why not.</param>
internal sealed record Target(Resource Resource, ResourceIdentity Identity, ApiResource? Type, string Problem)
{
    public static Target Of(Resource resource, Discovery discovery, string defaultSpace)
    {
        var (identity, apiVersion) = (resource.Identity, ((YamlScalar)resource.Root["apiVersion"]!).Value);
        // An address would lead elsewhere.
        if (new[] { identity.Name, identity.Namespace }.FirstOrDefault(part => part is "." or ".." || part.AsSpan().ContainsAny('/', '%')) is { } part)
            return new Target(resource, identity, null, $"'{part}' cannot be the name of an object");
        var served = discovery.Resources.Where(one => one.Resource.Group == identity.Group && one.Resource.Kind == identity.Kind).Select(one => one.Resource).ToList();
        if (served.Find(one => one.ApiVersion == apiVersion) is { } type)
            return new Target(resource, identity with { Namespace = !type.IsNamespaced ? "" : identity.Namespace.Length > 0 ? identity.Namespace : defaultSpace }, type, "");
        var problem = served.Count > 0 ? $"the cluster serves {identity.Kind} as {string.Join(", ", served.Select(one => one.ApiVersion))}, not as {apiVersion}"
            : discovery.Unknown.Any(group => group == apiVersion || group.StartsWith(identity.Group + "/", StringComparison.Ordinal)) ? $"the server of {apiVersion} does not answer"
            : $"the cluster does not serve {identity.Kind} of {apiVersion}: its CRD is not installed";
        return new Target(resource, identity, null, problem);
    }

    public DriftFinding Finding(DriftKind kind, string reason) => new(kind, Identity, Resource.Origin, [], reason);
}
