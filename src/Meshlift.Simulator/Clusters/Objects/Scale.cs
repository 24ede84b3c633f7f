using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Selectors;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>The sub-resource <c>scale</c>: a small object of its own form, whose numbers stand in the object that is scaled.</summary>
internal static class Scale
{
    /// <summary>The scale of an object.</summary>
    public static JsonObject Of(ResourceType type, StoredObject item)
    {
        var json = item.ToJson();
        var paths = type.Scale!;
        var metadata = new JsonObject { ["name"] = item.Name };
        if (item.Namespace.Length > 0) metadata["namespace"] = item.Namespace;
        foreach (var field in (string[])["uid", "resourceVersion", "creationTimestamp"]) metadata[field] = json["metadata"]![field]?.DeepClone();
        var status = new JsonObject { ["replicas"] = json.At(paths.StatusReplicas).AsWhole() ?? 0L };
        var selector = paths.Selector is { } path ? json.At(path).Shown()
            : json.At("spec.selector") is JsonObject wanted ? (wanted.ContainsKey("matchLabels") || wanted.ContainsKey("matchExpressions") ? LabelSelector.Of(wanted)?.ToString() : string.Join(',', wanted.Select(label => $"{label.Key}={label.Value.Shown()}")))
            : null;
        if (!string.IsNullOrEmpty(selector)) status["selector"] = selector;
        return new JsonObject
        {
            ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = new JsonObject { ["replicas"] = json.At(paths.SpecReplicas).AsWhole() ?? 0L }, ["status"] = status,
        };
    }

    /// <summary>The object with the number of a scale.</summary>
    /// <exception cref="ApiException">422: the number is negative or there is none.</exception>
    public static JsonObject Into(ResourceType type, StoredObject item, JsonObject scale)
    {
        var replicas = scale.At("spec.replicas").AsWhole() ?? 0;
        if (replicas < 0)
            throw new ApiException(422, "Invalid", $"Scale.autoscaling \"{item.Name}\" is invalid: spec.replicas: Invalid value: {replicas}: must be greater than or equal to 0")
            {
                About = new ResourceKey("autoscaling", "scale"), AboutKind = "Scale", Name = item.Name,
                Causes = [new("FieldValueInvalid", $"Invalid value: {replicas}: must be greater than or equal to 0", "spec.replicas")],
            };
        var json = item.ToJson();
        json["apiVersion"] = type.ApiVersion;
        var metadata = (JsonObject)json["metadata"]!;
        if (scale.At("metadata.resourceVersion").AsText() is { Length: > 0 } version) metadata["resourceVersion"] = version;
        else metadata.Remove("resourceVersion");
        if (!type.IsBuiltIn && metadata["resourceVersion"] is null) metadata["resourceVersion"] = item.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var steps = JsonSteps.Of(type.Scale!.SpecReplicas);
        var target = json;
        foreach (var step in steps[..^1]) target = target.Ensure(step);
        target[steps[^1]] = replicas;
        return json;
    }
}
