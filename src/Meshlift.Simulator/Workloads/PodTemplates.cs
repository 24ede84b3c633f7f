using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>Pod templates: their names, and the pods made from them.</summary>
internal static class PodTemplates
{
    /// <summary>The label by which the pods of one template of a Deployment are told from those of another.</summary>
    public const string TemplateHash = "pod-template-hash";

    /// <summary>The same for StatefulSets and DaemonSets.</summary>
    public const string RevisionHash = "controller-revision-hash";

    // The letters of names that Kubernetes generates (k8s.io/apimachinery, pkg/util/rand).
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>A short text that is the same for the same template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="collisions">How often another template had the same text.</param>
    public static string Hash(JsonNode template, int collisions = 0)
    {
        // FNV-1a, as Kubernetes does; what is hashed is its own affair.
        var hash = 2166136261u;
        foreach (var letter in JsonWrite.Bytes(Plain(template))) hash = (hash ^ letter) * 16777619u;
        hash += (uint)collisions;
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Letters[(digit - '0') * 2]));
    }

    /// <summary>True when two templates make the same pods.</summary>
    public static bool AreSame(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Plain(one), Plain(other));

    /// <summary>The pod that an owner makes from a template.</summary>
    public static JsonObject Pod(JsonObject template, ResourceType type, StoredObject owner)
    {
        var made = template["metadata"]?.DeepClone() as JsonObject ?? [];
        made["ownerReferences"] = new JsonArray(Reference(type, owner));
        made["generateName"] = owner.Name + "-";
        return new JsonObject { ["metadata"] = made, ["spec"] = template["spec"]?.DeepClone() };
    }

    /// <summary>The reference to the owner that manages an object.</summary>
    public static JsonObject Reference(ResourceType type, StoredObject owner) => new()
    {
        ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["name"] = owner.Name, ["uid"] = owner.Uid, ["controller"] = true, ["blockOwnerDeletion"] = true,
    };

    /// <summary>A whole number, or a share of a whole (IntOrString).</summary>
    /// <param name="value">Such as 1 or "25%"; anything else counts as 0.</param>
    /// <param name="whole">What it is a share of.</param>
    /// <param name="roundsUp">Whether a part of one counts.</param>
    public static long Scaled(JsonNode? value, long whole, bool roundsUp)
    {
        if (value.AsWhole() is { } number) return number;
        if (value.AsText() is not [.. var digits, '%'] || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) return 0;
        return (percent * whole + (roundsUp ? 99 : 0)) / 100;
    }

    /// <summary>A template without its hash, and without labels and annotations that are there but empty, which the API does not tell from none.</summary>
    public static JsonNode? Plain(JsonNode? template)
    {
        var copy = template?.DeepClone();
        if ((copy as JsonObject)?["metadata"] is not JsonObject metadata) return copy;
        (metadata["labels"] as JsonObject)?.Remove(TemplateHash);
        foreach (var field in (string[])["labels", "annotations"])
            if (metadata[field] is JsonObject { Count: 0 }) metadata.Remove(field);
        return copy;
    }
}
