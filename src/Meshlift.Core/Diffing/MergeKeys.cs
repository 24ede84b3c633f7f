using System.Collections.Frozen;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>What tells the items of a list apart, and whether their order means anything.</summary>
/// <remarks>
/// As Kubernetes declares it (<c>x-kubernetes-list-map-keys</c> and <c>x-kubernetes-patch-merge-key</c> of its OpenAPI), by the name of the list; Envoy's and
/// Istio's lists are told apart by <c>name</c> where every item has one. A key counts only where each item has it and no two have the same.
/// </remarks>
internal static class MergeKeys
{
    private static readonly FrozenDictionary<string, string[][]> ByList = new Dictionary<string, string[][]>(StringComparer.Ordinal)
    {
        ["ports"] = [["containerPort", "protocol"], ["port", "protocol"], ["number"], ["name"]],
        ["volumeMounts"] = [["mountPath"]],
        ["volumeDevices"] = [["devicePath"]],
        ["hostAliases"] = [["ip"]],
        ["topologySpreadConstraints"] = [["topologyKey", "whenUnsatisfiable"]],
        ["tolerations"] = [["key", "operator", "value", "effect"]],
        ["conditions"] = [["type"]],
        ["ownerReferences"] = [["uid"]],
        ["subjects"] = [["kind", "namespace", "name"]],
        ["metrics"] = [["type", "resource/name"]],
        ["items"] = [["key"]],
        ["matchExpressions"] = [["key", "operator"]],
        ["x-kubernetes-validations"] = [["rule"]],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[][] ByName = [["name"]];

    private static readonly FrozenSet<string> Sets = FrozenSet.Create(
        StringComparer.Ordinal,
        "verbs", "resources", "apiGroups", "nonResourceURLs", "resourceNames", "apiVersions", "operations", "required", "enum", "add", "drop", "finalizers", "categories",
        "shortNames", "accessModes", "policyTypes", "values", "x-kubernetes-list-map-keys", "admissionReviewVersions", "namespaces");

    private static readonly FrozenSet<string> Keyed = FrozenSet.Create(
        StringComparer.Ordinal,
        "volumes", "volumeMounts", "ports", "webhooks", "subjects", "imagePullSecrets", "secrets", "tolerations", "conditions", "matchExpressions", "versions",
        "topologySpreadConstraints", "hostAliases", "metrics", "x-kubernetes-validations", "additionalPrinterColumns");

    /// <summary>True for a list of scalars that is a set.</summary>
    public static bool IsSet(string list) => Sets.Contains(list);

    /// <summary>True when another order of the list means the same. Rules of roles and webhooks have none; those of routes do.</summary>
    public static bool IsUnordered(string list, YamlNode item) =>
        Sets.Contains(list) || Keyed.Contains(list) || (list == "rules" && item is YamlMapping rule && (rule["verbs"] ?? rule["operations"]) is not null);

    /// <summary>The labels of the items of two lists, such as <c>name=discovery</c>; null when nothing tells all of them apart.</summary>
    public static (string[] Before, string[] After)? Labels(string list, YamlSequence before, Naming namingBefore, YamlSequence after, Naming namingAfter)
    {
        if (before.Items.Length + after.Items.Length == 0) return null;
        foreach (var fields in ByList.TryGetValue(list, out var known) ? known : ByName)
            if (Labels(before, fields, namingBefore) is { } old && Labels(after, fields, namingAfter) is { } @new)
                return (old, @new);
        return null;
    }

    private static string[]? Labels(YamlSequence items, string[] fields, Naming naming)
    {
        var labels = new string[items.Items.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            if (items.Items[i] is not YamlMapping item) return null;
            var values = new List<string>();
            foreach (var field in fields)
            {
                if (Find(item, field) is not { } value) continue;
                if (value is not YamlScalar scalar) return null;
                values.Add($"{field}={naming.Key(scalar.Value)}");
            }
            if (values.Count == 0 || (values.Count < fields.Length && Find(item, fields[0]) is null && fields is not ["key", ..])) return null;
            // The default of Kubernetes, which nobody writes and everybody means.
            labels[i] = string.Join(' ', values.Where(value => value != "protocol=TCP"));
        }
        return labels.Distinct(StringComparer.Ordinal).Count() == labels.Length ? labels : null;
    }

    private static YamlNode? Find(YamlMapping item, string field) =>
        field.Split('/') is [var outer, var inner] ? (item[outer] as YamlMapping)?[inner] : item[field];
}
