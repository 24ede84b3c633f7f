using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Fleet;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>What runs in a fleet, for programs: <c>schemas/status.schema.json</c>.</summary>
internal static class StatusJson
{
    /// <summary>The text.</summary>
    public static string Of(ImmutableArray<ObservedCluster> fleet, VersionRemarks remarks, StatusDepth depth) => JsonText.OfObject(json =>
    {
        json.WriteStartArray("clusters");
        foreach (var cluster in fleet)
        {
            json.WriteStartObject();
            Write(json, cluster, remarks, depth);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Writes the members of a cluster.</summary>
    public static void Write(Utf8JsonWriter json, ObservedCluster cluster, VersionRemarks remarks, StatusDepth depth)
    {
        json.WriteString("name", cluster.Name);
        json.WriteString("problem", cluster.Problem?.Message);
        if (cluster.Status is { } status) Write(json, status, remarks, depth);
    }

    private static void Write(Utf8JsonWriter json, ClusterStatus status, VersionRemarks remarks, StatusDepth depth)
    {
        json.WriteString("kubernetes", status.Kubernetes.Length == 0 ? null : status.Kubernetes);
        Write(json, status.Counts);
        Array(json, "revisions", status.Revisions, revision => Write(json, revision, remarks));
        if (depth >= StatusDepth.Namespaces) Array(json, "namespaces", status.Namespaces, space => Write(json, space));
        if (depth >= StatusDepth.Workloads) Array(json, "workloads", status.Workloads, workload => Write(json, workload));
        if (depth >= StatusDepth.Pods) Array(json, "pods", status.Pods, pod => Write(json, pod));
        Texts(json, "unseen", status.Unseen);
    }

    /// <summary>Writes the members of a revision.</summary>
    public static void Write(Utf8JsonWriter json, RevisionStatus revision, VersionRemarks remarks)
    {
        json.WriteString("revision", revision.Revision);
        if (revision.Plane is { } plane)
        {
            json.WriteStartObject("controlPlane");
            json.WriteString("namespace", plane.Namespace);
            json.WriteString("name", plane.Name);
            json.WriteString("image", plane.Image);
            json.WriteString("version", plane.Version?.ToString());
            json.WriteNumber("ready", plane.Ready);
            json.WriteNumber("wanted", plane.Wanted);
            json.WriteBoolean("isReady", plane.IsReady);
            json.WriteEndObject();
        }
        else json.WriteNull("controlPlane");
        Texts(json, "tags", revision.Tags);
        Write(json, revision.Counts);
        Array(json, "versions", revision.Versions, one =>
        {
            json.WriteString("version", one.Version?.ToString());
            json.WriteNumber("proxies", one.Count);
        });
        Texts(json, "remarks", [.. remarks.On(revision)]);
    }

    /// <summary>Writes the members of a namespace.</summary>
    public static void Write(Utf8JsonWriter json, NamespaceStatus space)
    {
        json.WriteString("name", space.Name);
        json.WriteString("asks", space.Asks.Length == 0 ? null : space.Asks);
        Revisions(json, space.Revisions);
        Write(json, space.Counts);
    }

    /// <summary>Writes the members of a workload.</summary>
    public static void Write(Utf8JsonWriter json, WorkloadStatus workload)
    {
        json.WriteString("namespace", workload.Namespace);
        json.WriteString("kind", workload.Name.Kind);
        json.WriteString("name", workload.Name.Name);
        Revisions(json, workload.Revisions);
        json.WriteString("wouldBe", workload.WouldBe);
        Write(json, workload.Counts);
        json.WriteString("reason", workload.Reason);
    }

    /// <summary>Writes the members of a pod.</summary>
    public static void Write(Utf8JsonWriter json, ProxyStatus pod)
    {
        json.WriteString("namespace", pod.Namespace);
        json.WriteString("name", pod.Pod);
        json.WriteString("workload", pod.Workload.ToString());
        json.WriteString("role", Word(pod.Role));
        json.WriteString("revision", pod.Revision);
        json.WriteString("image", pod.Image);
        json.WriteString("version", pod.Version?.ToString());
        json.WriteString("state", Word(pod.State));
        json.WriteString("wouldBe", pod.WouldBe);
        json.WriteString("wouldBeImage", pod.WouldBeImage);
        json.WriteString("reason", pod.Reason);
        json.WriteBoolean("isReady", pod.IsReady);
        json.WriteBoolean("isNative", pod.IsNative);
        json.WriteBoolean("isAmbient", pod.IsAmbient);
    }

    private static void Write(Utf8JsonWriter json, ProxyCounts counts)
    {
        json.WriteStartObject("counts");
        foreach (var (name, number) in (ReadOnlySpan<(string, int)>)
        [
            ("pods", counts.Pods), ("proxies", counts.Proxies), ("stale", counts.Stale), ("moved", counts.Moved), ("missing", counts.Missing), ("unexpected", counts.Unexpected),
            ("troubled", counts.Troubled), ("ambient", counts.Ambient), ("unknown", counts.Unknown),
        ])
            json.WriteNumber(name, number);
        json.WriteEndObject();
    }

    private static void Revisions(Utf8JsonWriter json, ImmutableArray<(string Revision, int Count)> revisions)
    {
        json.WriteStartObject("revisions");
        foreach (var (revision, count) in revisions) json.WriteNumber(revision, count);
        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
