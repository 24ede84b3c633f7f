using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Apply;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Simulator.Clusters.Validation;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>One write, from the decoded body to the store. Held under the store's gate.</summary>
/// <remarks>The order is that of an API server: unknown fields, defaults, metadata, what the write may not touch, admission, validation, ownership of fields.</remarks>
internal sealed class ObjectWrite(SimulatedCluster cluster, ResourceType type, WriteOptions options)
{
    private static readonly string[] KeptOfMetadata = ["uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "namespace", "name", "generateName", "resourceVersion"];

    /// <summary>Server-side apply.</summary>
    public StoredObject Apply(StoredObject? live, JsonObject applied)
    {
        Decode(applied);
        var before = live?.ToJson();
        CheckVersion(live, applied);
        (applied["metadata"] as JsonObject)?.Remove("resourceVersion");
        if (options.Subresource == "status") applied = Part(applied, "status");
        else if (type.HasStatus) applied.Remove("status");
        var managers = ManagedFields.Read(before?["metadata"] as JsonObject);
        if (before is not null) before["apiVersion"] = type.ApiVersion;
        var applier = Writer(isApply: true);
        var plain = Unmanaged(before) ?? [];
        // What was written when nobody kept account is not the first applier's for the taking.
        if (before is not null && managers.Count == 0) managers = FieldOwnership.AfterUpdate([], plain, type.Schema, [], applier with { Manager = "before-first-apply", IsApply = false });
        var (after, owners) = FieldOwnership.Apply(plain, applied, type.Schema, managers, applier, options.Force);
        (after["apiVersion"], after["kind"]) = (type.ApiVersion, type.Kind);
        return Complete(live, before, after, owners);
    }

    /// <summary>A creation, an update or a patch, whose result is known already.</summary>
    public StoredObject Finish(StoredObject? live, JsonObject after)
    {
        Decode(after);
        CheckVersion(live, after);
        return Complete(live, live?.ToJson(), after, null);
    }

    private StoredObject Complete(StoredObject? live, JsonObject? before, JsonObject after, List<ManagerEntry>? owners)
    {
        var given = ManagedFields.Read(after["metadata"] as JsonObject);
        if (before is not null) before["apiVersion"] = type.ApiVersion;
        Shaping.Default(after, type.Schema);
        var metadata = after.Ensure("metadata");
        metadata.Remove("managedFields");
        if (before is null) Begin(metadata);
        else Keep(before, metadata);
        RestrictTo(before, after);
        KindRules.Prepare(cluster, type, before, after);
        Admit(before, after);
        if (options.Subresource != "status")
        {
            Shaping.Default(after, type.Schema);
            KindRules.Complete(type, before, after);
        }
        Validate(before, after);
        CountGeneration(before, after);
        var plainBefore = Unmanaged(before);
        ManagedFields.Write(metadata, owners ?? Account(before, plainBefore, after, given));
        if (live is not null && JsonNode.DeepEquals(before, after)) return live;
        if (options.IsDryRun) return StoredObject.Create(type, after, live?.Version ?? 0, new TextPool());
        // The last finalizer of an object that is to go was what it waited for.
        if (live is { IsDeleting: true } && !HasFinalizers(metadata) && HasFinalizers((JsonObject)before!["metadata"]!)) return cluster.Store.Remove(type, live.Namespace, live.Name) ?? live;
        return cluster.Store.Put(type, after);
    }

    private static bool HasFinalizers(JsonObject metadata) => metadata["finalizers"] is JsonArray { Count: > 0 };

    private void Decode(JsonObject body)
    {
        if (type.IsBuiltIn && SchemaCheck.FirstMisfit(body, type.Schema, "") is var (path, found, expected))
            throw Undecodable($"json: cannot unmarshal {found} into Go struct field {type.Kind}.{path} of type {expected}");
        if (body["metadata"] is JsonObject metadata && SchemaCheck.FirstMisfit(metadata, type.Schema.Fields["metadata"], "metadata") is var (place, wrong, right))
            throw Undecodable($"json: cannot unmarshal {wrong} into Go struct field {type.Kind}.{place} of type {right}");
        var unknown = new List<string>();
        Shaping.Prune(body, type.Schema, unknown);
        if (unknown.Count == 0) return;
        var texts = unknown.Select(field => $"unknown field \"{field}\"");
        if (options.FieldValidation == FieldValidation.Strict) throw Undecodable($"strict decoding error: {string.Join(", ", texts)}");
        if (options.FieldValidation != FieldValidation.Warn || options.Warnings is null) return;
        foreach (var text in texts) options.Warnings.Add(text);
    }

    private ApiException Undecodable(string why) => ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {why}");

    private void CheckVersion(StoredObject? live, JsonObject after)
    {
        var metadata = after["metadata"] as JsonObject;
        if (metadata?.Text("resourceVersion") is { Length: > 0 } version and not "0")
        {
            if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw ApiErrors.Invalid(type, metadata.Text("name") ?? "", [new("FieldValueInvalid", $"Invalid value: \"{version}\": must be an unsigned integer", "metadata.resourceVersion")]);
            if (live is not null && version != live.Version.ToString(CultureInfo.InvariantCulture)) throw ApiErrors.Conflict(type.Key, live.Name);
        }
        if (live is not null && metadata?.Text("uid") is { Length: > 0 } uid && uid != live.Uid)
            throw ApiErrors.Conflict(type.Key, live.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
    }

    private void Begin(JsonObject metadata)
    {
        metadata["uid"] = cluster.Identifiers.Uid();
        metadata["creationTimestamp"] = cluster.Now;
        foreach (var field in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"]) metadata.Remove(field);
        if (type.HasGeneration) metadata["generation"] = 1L;
        NamespaceLifecycle.RequireOpen(cluster, type, metadata);
    }

    private static void Keep(JsonObject before, JsonObject metadata)
    {
        var old = (JsonObject)before["metadata"]!;
        foreach (var field in KeptOfMetadata)
        {
            if (old[field] is { } value) metadata[field] = value.DeepClone();
            else metadata.Remove(field);
        }
    }

    /// <summary>A write of the object does not touch its status, one of the status nothing else.</summary>
    private void RestrictTo(JsonObject? before, JsonObject after)
    {
        if (options.Subresource == "status")
        {
            if (before is null) return;
            var metadata = (JsonObject)after["metadata"]!;
            foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key), StringComparer.Ordinal).ToList())
            {
                if (name is "status" or "metadata") continue;
                if (before[name] is { } value) after[name] = value.DeepClone();
                else after.Remove(name);
            }
            foreach (var field in (string[])["labels", "annotations", "finalizers", "ownerReferences"])
            {
                // Of Kubernetes' own types labels and annotations can be written along with the status.
                if (type.IsBuiltIn && field is "labels" or "annotations") continue;
                if (before["metadata"]![field] is { } value) metadata[field] = value.DeepClone();
                else metadata.Remove(field);
            }
        }
        else if (type.HasStatus)
        {
            if (before?["status"] is { } status) after["status"] = status.DeepClone();
            else after.Remove("status");
        }
    }

    private void Admit(JsonObject? before, JsonObject after)
    {
        if (cluster.Admission.Count == 0) return;
        var metadata = (JsonObject)after["metadata"]!;
        var request = new AdmissionRequest
        {
            Operation = before is null ? "CREATE" : "UPDATE", Type = type, Namespace = metadata.Text("namespace") ?? "", Name = metadata.Text("name") ?? "",
            Subresource = options.Subresource, Object = after, Before = before, IsDryRun = options.IsDryRun, User = options.User, Warnings = options.Warnings ?? [],
        };
        foreach (var admit in cluster.Admission.ToList()) admit(request);
    }

    private void Validate(JsonObject? before, JsonObject after)
    {
        var causes = new List<ApiCause>();
        var metadata = (JsonObject)after["metadata"]!;
        MetadataCheck.Check(type, metadata, causes);
        if (before is not null && metadata.ContainsKey("deletionTimestamp"))
        {
            var added = metadata.Texts("finalizers").Except(((JsonObject)before["metadata"]!).Texts("finalizers"), StringComparer.Ordinal).ToList();
            if (added.Count > 0) causes.Add(new("FieldValueForbidden", $"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(name => $"\"{name}\""))}}}", "metadata.finalizers"));
        }
        causes.AddRange(SchemaCheck.Check(after, type.Schema, type.IsBuiltIn));
        KindRules.Validate(type, before, after, options.Subresource, causes);
        if (causes.Count > 0) throw ApiErrors.Invalid(type, metadata.Text("name") ?? "", causes);
    }

    private void CountGeneration(JsonObject? before, JsonObject after)
    {
        if (before is null || !type.HasGeneration || options.Subresource == "status") return;
        var metadata = (JsonObject)after["metadata"]!;
        var names = before.Select(member => member.Key).Union(after.Select(member => member.Key), StringComparer.Ordinal).Where(name => name is not ("metadata" or "status" or "apiVersion" or "kind"));
        if (names.Any(name => !JsonNode.DeepEquals(before[name], after[name]))) metadata["generation"] = (metadata.Number("generation") ?? 0) + 1;
    }

    /// <summary>Who owns what after a write that was no apply.</summary>
    private List<ManagerEntry> Account(JsonObject? before, JsonObject? plainBefore, JsonObject after, List<ManagerEntry> given)
    {
        // Who sends managers sends those that count, as long as there are any; this is how a client takes itself out of the list.
        var managers = given.Count > 0 ? given.FindAll(entry => entry.Manager.Length > 0) : ManagedFields.Read(before?["metadata"] as JsonObject);
        return options.Manager is null ? managers : FieldOwnership.AfterUpdate(plainBefore ?? [], after, type.Schema, managers, Writer(isApply: false));
    }

    private ManagerEntry Writer(bool isApply) => new(options.Manager ?? "", isApply, type.ApiVersion, options.Subresource, cluster.Now, new FieldSet());

    private static JsonObject? Unmanaged(JsonObject? json)
    {
        if (json is null) return null;
        var copy = json.DeepClone().AsObject();
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }

    private static JsonObject Part(JsonObject json, string field)
    {
        var part = new JsonObject { ["apiVersion"] = json["apiVersion"]?.DeepClone(), ["kind"] = json["kind"]?.DeepClone(), ["metadata"] = json["metadata"]?.DeepClone() };
        if (json[field] is { } value) part[field] = value.DeepClone();
        return part;
    }
}
