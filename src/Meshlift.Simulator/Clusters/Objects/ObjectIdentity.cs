using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Whether a body is about what its path is about.</summary>
internal static class ObjectIdentity
{
    /// <summary>Checks type, namespace and name of a body, and writes what it may leave out.</summary>
    /// <param name="type">The type of the path.</param>
    /// <param name="namespace">The namespace of the path.</param>
    /// <param name="name">The name of the path; null for a creation.</param>
    /// <param name="json">The body; it is completed.</param>
    /// <exception cref="ApiException">400: it is about something else.</exception>
    public static void Check(ResourceType type, string @namespace, string? name, JsonObject json)
    {
        if (json.Text("kind") is { Length: > 0 } kind && kind != type.Kind)
            throw ApiErrors.BadRequest($"{kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: converting ({json.Text("apiVersion")}.{kind}) to ({type.ApiVersion}.{type.Kind}): unknown conversion");
        if (json.Text("apiVersion") is { Length: > 0 } version && version != type.ApiVersion)
            throw ApiErrors.BadRequest($"the API version in the data ({version}) does not match the expected API version ({type.ApiVersion})");
        (json["apiVersion"], json["kind"]) = (type.ApiVersion, type.Kind);
        if (json["metadata"] is not null and not JsonObject) throw ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: cannot unmarshal into Go struct field {type.Kind}.metadata of type v1.ObjectMeta");
        var metadata = json.Ensure("metadata");
        if (metadata.Text("namespace") is { Length: > 0 } given && given != (type.IsNamespaced ? @namespace : ""))
            throw ApiErrors.BadRequest(type.IsNamespaced
                ? $"the namespace of the provided object does not match the namespace sent on the request"
                : "namespace should be empty on cluster-scoped objects");
        if (type.IsNamespaced) metadata["namespace"] = @namespace;
        else metadata.Remove("namespace");
        if (name is null) return;
        if (metadata.Text("name") is { Length: > 0 } other && other != name)
            throw ApiErrors.BadRequest($"the name of the object ({other}) does not match the name on the URL ({name})");
        metadata["name"] = name;
    }
}
