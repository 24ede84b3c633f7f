using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>A risk and why.</summary>
/// <param name="Risk">How dangerous.</param>
/// <param name="Reason">A clause without a full stop.</param>
internal readonly record struct Judged(DiffRisk Risk, string Reason);

/// <summary>Tells how dangerous differences are.</summary>
internal static class RiskRules
{
    private static readonly string[] Sources = ["fieldPath", "resource", "name", "key"];

    /// <summary>The resource with its risks.</summary>
    public static ResourceDiff Judge(ResourceDiff resource)
    {
        var judged = resource with { Changes = [.. resource.Changes.Select(change => change.Noise is null ? With(change, resource) : change)] };
        var own = resource switch
        {
            { Before: null, After: { } added } => Added(added),
            { After: null, Before: { } removed } => Removed(removed),
            { IsRenamed: true } => new Judged(DiffRisk.Medium, "the same content under another name: what names it must follow"),
            _ => default,
        };
        return judged with { OwnRisk = own.Risk, Reason = own.Reason ?? "" };
    }

    private static Change With(Change change, ResourceDiff resource)
    {
        var judged = Judge(change, resource);
        return change with { Risk = judged.Risk, Reason = judged.Reason };
    }

    private static Judged Judge(Change change, ResourceDiff resource)
    {
        if (change.Kind == DiffKind.Moved) return new(DiffRisk.Low, "another order");
        var (group, kind) = (resource.Identity.Group, resource.Identity.Kind);
        return (group, kind) switch
        {
            ("apiextensions.k8s.io", "CustomResourceDefinition") => CrdRisk.Of(change, resource),
            ("rbac.authorization.k8s.io", _) => RbacRisk.Of(change, resource),
            ("admissionregistration.k8s.io", _) => WebhookRisk.Of(change),
            ("", "ConfigMap") => ConfigRisk.Of(change, resource),
            _ => WorkloadRisk.Of(change, resource),
        };
    }

    private static Judged Added(Resource resource)
    {
        switch (resource.Identity.Kind)
        {
            case "ClusterRole" or "Role":
                return RbacRisk.OfNew(resource);
            case "ClusterRoleBinding" or "RoleBinding":
                return new(DiffRisk.High, "permissions widened: a new binding");
            case "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration" or "ValidatingAdmissionPolicy" or "ValidatingAdmissionPolicyBinding":
                return new(DiffRisk.High, "a new admission control");
            case "CustomResourceDefinition":
                return new(DiffRisk.Low, "a new kind of resource");
            case "EnvoyFilter":
                return new(DiffRisk.Medium, "how proxies are configured");
            case "NetworkPolicy":
                return new(DiffRisk.Medium, "traffic that it does not name is refused for the pods it selects");
        }
        var worst = WorkloadRisk.OfParts(new Change(DiffPath.Root, DiffKind.Added, null, resource.Root));
        return worst.Risk == DiffRisk.High ? worst : new(DiffRisk.Low, "");
    }

    private static Judged Removed(Resource resource) => resource.Identity.Kind switch
    {
        "PodDisruptionBudget" => new(DiffRisk.High, "the disruption budget is lost: a node that is drained may take every pod at once"),
        "CustomResourceDefinition" => new(DiffRisk.High, "removing a definition removes every resource of its kind"),
        "ClusterRole" or "Role" or "ClusterRoleBinding" or "RoleBinding" => new(DiffRisk.High, "whoever still needs these permissions loses them"),
        "MutatingWebhookConfiguration" => new(DiffRisk.High, "what it injected is injected no more"),
        "ValidatingWebhookConfiguration" or "ValidatingAdmissionPolicy" or "ValidatingAdmissionPolicyBinding" => new(DiffRisk.High, "what it refused is let in"),
        "NetworkPolicy" => new(DiffRisk.High, "what it kept out is let in"),
        _ => new(DiffRisk.High, "the resource is removed"),
    };

    /// <summary>The worst of several; the first of equals.</summary>
    public static Judged Worst(IEnumerable<Judged> judged)
    {
        Judged worst = new(DiffRisk.None, "");
        foreach (var one in judged)
            if (one.Risk > worst.Risk)
                worst = one;
        return worst;
    }

    /// <summary>The strings of a list, or the one string that stands in its place.</summary>
    public static ImmutableArray<string> Strings(YamlNode? node) => node switch
    {
        YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(item => item.Value)],
        YamlScalar { Kind: not ScalarKind.Null } one => [one.Value],
        _ => [],
    };

    /// <summary>A value as it is named in a sentence.</summary>
    public static string Shown(YamlNode? node) => node switch
    {
        null => "nothing",
        YamlScalar { Value: { Length: <= 60 } value } => value.Length == 0 ? "''" : value,
        YamlScalar => "a long text",
        // What a variable is taken from: {fieldRef: {fieldPath: ...}}, {resourceFieldRef: {resource: ...}}, {configMapKeyRef: {name, key}}.
        YamlMapping variable when variable["valueFrom"] is YamlMapping { Entries: [{ Value: YamlMapping source }] } =>
            $"from {string.Join(' ', Sources.Select(key => (source[key] as YamlScalar)?.Value).OfType<string>())}",
        YamlSequence list when list.Items.All(item => item is YamlScalar) && list.Items.Length <= 6 => string.Join(", ", Strings(list)),
        _ => "something else",
    };
}
