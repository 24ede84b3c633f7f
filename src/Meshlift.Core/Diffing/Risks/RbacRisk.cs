using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Permissions: what a change grants that was not granted before, by whichever rule.</summary>
internal static class RbacRisk
{
    private const int MostNamed = 3;

    public static Judged Of(Change change, ResourceDiff resource)
    {
        var place = change.Path.Place;
        if (place.StartsWith("roleRef", StringComparison.Ordinal)) return new(DiffRisk.High, "the binding leads to another role; Kubernetes refuses to change it in place");
        if (place.StartsWith("subjects", StringComparison.Ordinal))
            return change.Kind == DiffKind.Removed ? new(DiffRisk.Medium, "somebody loses the role") : new(DiffRisk.High, "permissions widened: somebody gets the role");
        if (place.StartsWith("aggregationRule", StringComparison.Ordinal)) return new(DiffRisk.High, "the role takes its permissions from other roles");
        if (!place.StartsWith("rules", StringComparison.Ordinal)) return new(DiffRisk.Low, "");
        // A rule that lost its restriction to some names grants more, too.
        var isNames = place.Contains("/resourceNames", StringComparison.Ordinal);
        if (change.Kind == DiffKind.Removed && !isNames) return new(DiffRisk.Medium, "permissions narrowed");
        var before = Grant.OfRole(resource.Before!.Root);
        var gained = GrantsOf(change, resource.After!.Root).Where(grant => !before.Any(old => old.Covers(grant))).ToList();
        return gained.Count == 0 ? new(DiffRisk.Low, "grants nothing that was not granted") : Widened(gained, DiffRisk.Medium);
    }

    /// <summary>A role that was not there before.</summary>
    public static Judged OfNew(Resource role) => Grant.OfRole(role.Root) is { IsEmpty: false } grants ? Widened([.. grants], DiffRisk.Medium) : new(DiffRisk.Low, "");

    private static Judged Widened(List<Grant> gained, DiffRisk risk)
    {
        var grave = gained.Where(grant => grant.IsGrave).ToList();
        var named = (grave.Count > 0 ? grave : gained).Take(MostNamed).Select(grant => grant.ToString());
        return new(grave.Count > 0 ? DiffRisk.High : risk, $"permissions widened: {string.Join("; ", named)}{(gained.Count > MostNamed ? $", {gained.Count} in all" : "")}");
    }

    /// <summary>What the changed part of a rule grants: a whole rule, or the products of the item that was added to it.</summary>
    private static IEnumerable<Grant> GrantsOf(Change change, YamlMapping role)
    {
        if (change.Path.Steps is not [_, DiffStep.Item { After: { } rule }, .. var rest]) return Grant.OfRole(role);
        var after = (role["rules"] as YamlSequence)?.Items is { } rules && rule < rules.Length ? rules[rule] as YamlMapping : null;
        if (after is null) return [];
        if (rest is [DiffStep.Key(var list), DiffStep.Item { After: not null }] && list != "resourceNames" && change.After is { } item)
            return Grant.Of(after.With(list, YamlSequence.Of([item])));
        return Grant.Of(after);
    }
}
