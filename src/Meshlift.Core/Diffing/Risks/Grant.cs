using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>One permission: a verb on a resource, or on a path that is no resource.</summary>
/// <param name="Group">The API group; empty for the core; <c>*</c> for all.</param>
/// <param name="Resource">The resource, or the path.</param>
/// <param name="Name">The only object of that resource; null for all.</param>
/// <param name="Verb">The verb; <c>*</c> for all.</param>
internal sealed record Grant(string Group, string Resource, string? Name, string Verb)
{
    /// <summary>What a role grants. A rule of many parts is their product, as Kubernetes has it (k8s.io/api/rbac/v1, PolicyRule).</summary>
    public static IEnumerable<Grant> Of(YamlNode? rule)
    {
        if (rule is not YamlMapping mapping) return [];
        var verbs = RiskRules.Strings(mapping["verbs"]);
        var names = RiskRules.Strings(mapping["resourceNames"]) is { IsEmpty: false } named ? named.Cast<string?>() : [null];
        return
        [
            .. from path in RiskRules.Strings(mapping["nonResourceURLs"]) from verb in verbs select new Grant("", path, null, verb),
            .. from @group in RiskRules.Strings(mapping["apiGroups"])
               from resource in RiskRules.Strings(mapping["resources"])
               from name in names
               from verb in verbs
               select new Grant(@group, resource, name, verb),
        ];
    }

    /// <summary>Everything a role grants.</summary>
    public static ImmutableArray<Grant> OfRole(YamlMapping role) => [.. (role["rules"] as YamlSequence)?.Items.SelectMany(Of) ?? []];

    /// <summary>True when this one holds the other.</summary>
    public bool Covers(Grant other) =>
        (Group == "*" || Group == other.Group) && (Verb == "*" || Verb == other.Verb) && (Name is null || Name == other.Name) && CoversResource(other.Resource);

    /// <summary>True when who has it can get more, read secrets, or do everything.</summary>
    public bool IsGrave =>
        Group == "*" || Resource == "*" || Verb is "*" or "escalate" or "bind" or "impersonate"
        || (Group.Length == 0 && Resource is "secrets" or "pods/exec" or "pods/attach" or "serviceaccounts/token" or "nodes/proxy")
        || (Verb is "create" or "update" or "patch" or "delete" or "deletecollection" && Resource is "mutatingwebhookconfigurations" or "validatingwebhookconfigurations"
            or "clusterroles" or "clusterrolebindings" or "roles" or "rolebindings" or "customresourcedefinitions" or "certificatesigningrequests/approval");

    /// <summary>For people: <c>get secrets</c>, <c>update listenersets/status in gateway.networking.k8s.io</c>.</summary>
    public override string ToString() => $"{Verb} {Resource}{(Name is null ? "" : $" {Name}")}{(Group.Length == 0 ? "" : $" in {Group}")}";

    // "*" holds all resources and their subresources; "*/scale" one subresource of all; a path may end in a star.
    private bool CoversResource(string other) =>
        Resource == "*" || Resource == other
        || (Resource.StartsWith("*/", StringComparison.Ordinal) && other.EndsWith(Resource[1..], StringComparison.Ordinal))
        || (Resource is ['/', .., '*'] && other.StartsWith(Resource[..^1], StringComparison.Ordinal));
}
