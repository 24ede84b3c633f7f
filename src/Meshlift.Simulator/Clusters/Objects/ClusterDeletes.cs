using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>The deletions of a cluster.</summary>
public sealed partial class SimulatedCluster
{
    /// <summary>Deletes an object, or marks it where something must happen first.</summary>
    /// <returns>The last state of the object, and whether it is gone.</returns>
    /// <exception cref="ApiException">404: there is none. 409: it is not the one that was meant. 422: there is no such propagation.</exception>
    public (StoredObject Object, bool IsGone) Delete(ResourceType type, string @namespace, string name, DeleteOptions options)
    {
        lock (Store.Gate)
        {
            var live = Get(type, @namespace, name);
            RequireMeant(type, live, options);
            var json = live.ToJson();
            var metadata = (JsonObject)json["metadata"]!;
            foreach (var admit in Admission.ToList())
                admit(new AdmissionRequest { Operation = "DELETE", Type = type, Namespace = live.Namespace, Name = name, Object = live.ToJson(), Before = live.ToJson(), IsDryRun = options.IsDryRun });
            var finalizers = Finalizers(type, metadata, options);
            var grace = Grace(type, json, options);
            var waits = finalizers.Count > 0 || grace > 0 || type.Key == Namespaces;
            if (options.IsDryRun) return (live, !waits);
            if (!waits) return (Store.Remove(type, live.Namespace, name)!, true);
            if (live.IsDeleting && finalizers.SequenceEqual(metadata.Texts("finalizers"), StringComparer.Ordinal) && (metadata.Number("deletionGracePeriodSeconds") ?? 0) <= grace) return (live, false);
            metadata["deletionTimestamp"] ??= Timestamp.Of(Settings.Time.GetUtcNow() + TimeSpan.FromSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (type.HasGeneration && !live.IsDeleting) metadata["generation"] = (metadata.Number("generation") ?? 0) + 1;
            if (finalizers.Count > 0) metadata["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]);
            if (type.Key == Namespaces) json.Ensure("status")["phase"] = "Terminating";
            var marked = Store.Put(type, json);
            return (marked, Store.Find(type.Key, live.Namespace, name) is null);
        }
    }

    /// <summary>Lets a namespace go that was deleted, whatever is still in it, when nobody is named any more who finalizes it (sub-resource <c>finalize</c>).</summary>
    internal StoredObject Finalize(string name, JsonObject body)
    {
        lock (Store.Gate)
        {
            var type = Type("v1", "Namespace");
            var live = Get(type, "", name);
            return live.IsDeleting && body.At("spec.finalizers") is not JsonArray { Count: > 0 } ? Store.Remove(type, "", name)! : live;
        }
    }

    private static void RequireMeant(ResourceType type, StoredObject live, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != live.Uid)
            throw ApiErrors.Conflict(type.Key, live.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
        if (options.ResourceVersion is { } version && version != live.Version.ToString(CultureInfo.InvariantCulture))
            throw ApiErrors.Conflict(type.Key, live.Name, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {live.Version}");
    }

    private static List<string> Finalizers(ResourceType type, JsonObject metadata, DeleteOptions options)
    {
        var finalizers = metadata.Texts("finalizers").Where(name => options.Propagation is null || name is not (GarbageCollection.Foreground or GarbageCollection.Orphan)).ToList();
        switch (options.Propagation)
        {
            case "Foreground":
                finalizers.Add(GarbageCollection.Foreground);
                break;
            case "Orphan":
                finalizers.Add(GarbageCollection.Orphan);
                break;
            case null or "Background":
                break;
            case var other:
                throw ApiErrors.Invalid(type, metadata.Text("name") ?? "", [new("FieldValueNotSupported", $"Unsupported value: \"{other}\": supported values: \"Foreground\", \"Background\", \"Orphan\"", "propagationPolicy")]);
        }
        return finalizers;
    }

    /// <summary>How long the object may still be there, in seconds. Only a pod on a node whose kubelet would end it waits.</summary>
    private long Grace(ResourceType type, JsonObject json, DeleteOptions options)
    {
        if (type.Key != Pods || !Settings.HasKubelets || string.IsNullOrEmpty(json.At("spec.nodeName").Shown()) || json.At("status.phase").Shown() is "Succeeded" or "Failed") return 0;
        return options.GraceSeconds ?? json.At("spec.terminationGracePeriodSeconds").AsWhole() ?? 30;
    }
}
