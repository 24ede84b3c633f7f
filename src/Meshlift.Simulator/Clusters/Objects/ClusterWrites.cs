using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Patches;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>The form of a patch.</summary>
public enum PatchKind
{
    /// <summary>RFC 6902.</summary>
    Json,

    /// <summary>RFC 7386.</summary>
    Merge,

    /// <summary>Kubernetes' own; only for its own types.</summary>
    Strategic,
}

/// <summary>An object after a write.</summary>
/// <param name="Object">The object; of a dry run, as it would be.</param>
/// <param name="IsNew">True when the write made it.</param>
public readonly record struct Written(StoredObject Object, bool IsNew);

/// <summary>The writes of a cluster.</summary>
public sealed partial class SimulatedCluster
{
    /// <summary>Makes an object.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="namespace">Its namespace; ignored for objects of the cluster.</param>
    /// <param name="json">The object; it is not changed.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ApiException">400, 404, 409 or 422, as the API answers.</exception>
    public Written Create(ResourceType type, string @namespace, JsonObject json, WriteOptions options)
    {
        lock (Store.Gate)
        {
            var after = json.DeepClone().AsObject();
            ObjectIdentity.Check(type, @namespace, null, after);
            var metadata = after.Ensure("metadata");
            if (!string.IsNullOrEmpty(metadata.Text("resourceVersion"))) throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
            if (string.IsNullOrEmpty(metadata.Text("name")))
            {
                if (metadata.Text("generateName") is not { Length: > 0 } start) throw ApiErrors.Invalid(type, "", [new("FieldValueRequired", "Required value: name or generateName is required", "metadata.name")]);
                metadata["name"] = Identifiers.Name(start);
            }
            if (Store.Find(type.Key, @namespace, metadata.Text("name")!) is not null) throw ApiErrors.AlreadyExists(type.Key, metadata.Text("name")!);
            return new(new ObjectWrite(this, type, options).Finish(null, after), IsNew: true);
        }
    }

    /// <summary>Replaces an object.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="json">The object; it is not changed. With a resourceVersion, only that version is replaced.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ApiException">400, 404, 409 or 422, as the API answers.</exception>
    public Written Update(ResourceType type, string @namespace, string name, JsonObject json, WriteOptions options)
    {
        lock (Store.Gate)
        {
            var live = Get(type, @namespace, name);
            var after = json.DeepClone().AsObject();
            ObjectIdentity.Check(type, @namespace, name, after);
            if (!type.IsBuiltIn && string.IsNullOrEmpty((after["metadata"] as JsonObject)?.Text("resourceVersion")))
                throw ApiErrors.Invalid(type, name, [new("FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion")]);
            return new(new ObjectWrite(this, type, options).Finish(live, after), IsNew: false);
        }
    }

    /// <summary>Changes an object by a patch.</summary>
    /// <exception cref="ApiException">400, 404, 409, 415 or 422, as the API answers.</exception>
    public Written Patch(ResourceType type, string @namespace, string name, PatchKind kind, JsonNode? patch, WriteOptions options)
    {
        if (kind == PatchKind.Strategic && !type.IsBuiltIn) throw ApiErrors.UnsupportedMediaType(["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml", "application/apply-patch+cbor"]);
        lock (Store.Gate)
        {
            var live = Get(type, @namespace, name);
            var before = live.ToJson();
            before["apiVersion"] = type.ApiVersion;
            var after = kind switch
            {
                PatchKind.Json => JsonPatch.Apply(before, patch),
                PatchKind.Merge => MergePatch.Apply(before, AsObject(patch)),
                _ => StrategicMergePatch.Apply(before, AsObject(patch), type.Schema),
            } as JsonObject ?? throw ApiErrors.BadRequest("the patch leaves no object");
            ObjectIdentity.Check(type, @namespace, name, after);
            return new(new ObjectWrite(this, type, options).Finish(live, after), IsNew: false);
        }
    }

    /// <summary>Applies an object on the server's side: makes it, or takes over and gives up fields of it.</summary>
    /// <exception cref="ApiException">409: fields belong to others. 400, 404, 422 as the API answers.</exception>
    public Written Apply(ResourceType type, string @namespace, string name, JsonObject json, WriteOptions options)
    {
        lock (Store.Gate)
        {
            var applied = json.DeepClone().AsObject();
            if (applied.Text("apiVersion") is null || applied.Text("kind") is null) throw ApiErrors.BadRequest("invalid object type: /, Kind=");
            ObjectIdentity.Check(type, @namespace, name, applied);
            if ((applied["metadata"] as JsonObject)?.ContainsKey("managedFields") == true) throw ApiErrors.BadRequest("metadata.managedFields must be nil");
            var live = Store.Find(type.Key, type.IsNamespaced ? @namespace : "", name);
            if (live is null && options.Subresource.Length > 0) throw ApiErrors.NotFound(type.Key, name);
            return new(new ObjectWrite(this, type, options).Apply(live, applied), live is null);
        }
    }

    private static JsonObject AsObject(JsonNode? patch) => patch as JsonObject ?? throw ApiErrors.BadRequest("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}");
}
