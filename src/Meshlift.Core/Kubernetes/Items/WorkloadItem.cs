using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>The pods that a workload makes.</summary>
public sealed record PodTemplate
{
    /// <summary>Their labels.</summary>
    public Labels Labels { get; init; } = Labels.None;

    /// <summary>Their annotations, those that the reader was told to keep.</summary>
    public Labels Annotations { get; init; } = Labels.None;

    /// <summary>True when they use the network of their node.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Their containers as the template has them, before any injection.</summary>
    public ImmutableArray<ContainerImage> Containers { get; init; } = [];

    /// <summary>Reads the value of <c>template</c>.</summary>
    internal static PodTemplate Read(ref JsonCursor cursor, StringPool strings, IReadOnlySet<string> keep)
    {
        var template = new PodTemplate();
        for (cursor.Enter(); cursor.NextMember(out var member);)
        {
            if (member.SequenceEqual("metadata"u8))
            {
                var metadata = ObjectMetadata.Read(ref cursor, strings, keep);
                template = template with { Labels = metadata.Labels, Annotations = metadata.Annotations };
            }
            else if (member.SequenceEqual("spec"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                {
                    if (field.SequenceEqual("hostNetwork"u8)) template = template with { HostNetwork = cursor.Flag() };
                    else if (field.SequenceEqual("containers"u8)) template = template with { Containers = ContainerImage.ReadAll(ref cursor, strings) };
                    else cursor.Skip();
                }
            }
            else cursor.Skip();
        }
        return template;
    }
}

/// <summary>What an upgrade needs to know of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob or Argo Rollout.</summary>
/// <remarks>The counts are the API's own, under one name each; null means that this kind has none, or that its controller has not written it yet.</remarks>
/// <param name="Metadata">Its name, labels and owner.</param>
public sealed record WorkloadItem(ObjectMetadata Metadata)
{
    /// <summary>The pods it makes.</summary>
    public PodTemplate Template { get; init; } = new();

    /// <summary>How many pods are wanted: <c>spec.replicas</c>, <c>spec.parallelism</c>, or of a DaemonSet <c>status.desiredNumberScheduled</c>.</summary>
    public long? Wanted { get; init; }

    /// <summary>How many there are: <c>replicas</c>, <c>currentNumberScheduled</c>, or of a Job <c>active</c>.</summary>
    public long? Current { get; init; }

    /// <summary>How many have the newest template.</summary>
    public long? Updated { get; init; }

    /// <summary>How many are ready.</summary>
    public long? Ready { get; init; }

    /// <summary>How many have been ready for long enough.</summary>
    public long? Available { get; init; }

    /// <summary>Of a Job, how many have ended well.</summary>
    public long? Succeeded { get; init; }

    /// <summary>The generation that the other counts are of; older than <see cref="ObjectMetadata.Generation"/> while the controller has not looked yet.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>True when it is paused (Deployment) or suspended (Job, CronJob).</summary>
    public bool Paused { get; init; }

    /// <summary>How new pods replace old ones: <c>RollingUpdate</c>, <c>Recreate</c> or <c>OnDelete</c>; empty when it does not say.</summary>
    public string Strategy { get; init; } = "";

    /// <summary>How many pods may be away while it rolls, as it is written: a number or a percentage; empty when it does not say.</summary>
    public string MaxUnavailable { get; init; } = "";

    /// <summary>How many pods may be there beyond those that are wanted, written the same way.</summary>
    public string MaxSurge { get; init; } = "";

    /// <summary>Of a StatefulSet, the ordinal below which pods are not replaced; 0 for all.</summary>
    public long Partition { get; init; }

    /// <summary>The conditions in its status.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Reads any of these kinds: their fields have different names and never the same name for different things.</summary>
    /// <param name="annotations">The annotations to keep, of the workload and of its template.</param>
    public static ItemReader<WorkloadItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) =>
        {
            var workload = new WorkloadItem(new ObjectMetadata("", ""));
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("metadata"u8)) workload = workload with { Metadata = ObjectMetadata.Read(ref cursor, strings, keep) };
                else if (member.SequenceEqual("spec"u8)) workload = Specification(workload, ref cursor, strings, keep);
                else if (member.SequenceEqual("status"u8)) workload = Status(workload, ref cursor, strings);
                else cursor.Skip();
            }
            return workload;
        };
    }

    private static WorkloadItem Specification(WorkloadItem workload, ref JsonCursor cursor, StringPool strings, IReadOnlySet<string> keep)
    {
        for (cursor.Enter(); cursor.NextMember(out var field);)
        {
            if (field.SequenceEqual("template"u8)) workload = workload with { Template = PodTemplate.Read(ref cursor, strings, keep) };
            else if (field.SequenceEqual("replicas"u8) || field.SequenceEqual("parallelism"u8)) workload = workload with { Wanted = cursor.Whole() };
            else if (field.SequenceEqual("paused"u8) || field.SequenceEqual("suspend"u8)) workload = workload with { Paused = cursor.Flag() };
            // An Argo Rollout has other strategies; of its none is read.
            else if (field.SequenceEqual("strategy"u8) || field.SequenceEqual("updateStrategy"u8)) workload = Rolling(workload, ref cursor, strings);
            else if (field.SequenceEqual("jobTemplate"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var part);)
                {
                    if (!part.SequenceEqual("spec"u8)) cursor.Skip();
                    else
                        for (cursor.Enter(); cursor.NextMember(out var inner);)
                            if (inner.SequenceEqual("template"u8)) workload = workload with { Template = PodTemplate.Read(ref cursor, strings, keep) };
                            else cursor.Skip();
                }
            }
            else cursor.Skip();
        }
        return workload;
    }

    private static WorkloadItem Rolling(WorkloadItem workload, ref JsonCursor cursor, StringPool strings)
    {
        for (cursor.Enter(); cursor.NextMember(out var field);)
        {
            if (field.SequenceEqual("type"u8)) workload = workload with { Strategy = cursor.Text(strings) ?? "" };
            else if (field.SequenceEqual("rollingUpdate"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var part);)
                    if (part.SequenceEqual("maxUnavailable"u8)) workload = workload with { MaxUnavailable = NumberOrShare(cursor.Raw()) };
                    else if (part.SequenceEqual("maxSurge"u8)) workload = workload with { MaxSurge = NumberOrShare(cursor.Raw()) };
                    else if (part.SequenceEqual("partition"u8)) workload = workload with { Partition = cursor.Whole() ?? 0 };
                    else cursor.Skip();
            }
            else cursor.Skip();
        }
        return workload;
    }

    private static string NumberOrShare(ReadOnlySpan<byte> raw) => raw.SequenceEqual("null"u8) ? "" : Encoding.UTF8.GetString(raw).Trim('"');

    private static WorkloadItem Status(WorkloadItem workload, ref JsonCursor cursor, StringPool strings)
    {
        for (cursor.Enter(); cursor.NextMember(out var field);)
        {
            if (field.SequenceEqual("desiredNumberScheduled"u8)) workload = workload with { Wanted = cursor.Whole() };
            else if (field.SequenceEqual("replicas"u8) || field.SequenceEqual("currentNumberScheduled"u8)) workload = workload with { Current = cursor.Whole() };
            // Of a CronJob "active" is the list of its Jobs.
            else if (field.SequenceEqual("active"u8)) workload = Active(workload, cursor.Raw());
            else if (field.SequenceEqual("updatedReplicas"u8) || field.SequenceEqual("updatedNumberScheduled"u8)) workload = workload with { Updated = cursor.Whole() };
            else if (field.SequenceEqual("readyReplicas"u8) || field.SequenceEqual("numberReady"u8) || field.SequenceEqual("ready"u8)) workload = workload with { Ready = cursor.Whole() };
            else if (field.SequenceEqual("availableReplicas"u8) || field.SequenceEqual("numberAvailable"u8)) workload = workload with { Available = cursor.Whole() };
            else if (field.SequenceEqual("succeeded"u8)) workload = workload with { Succeeded = cursor.Whole() };
            else if (field.SequenceEqual("observedGeneration"u8)) workload = workload with { ObservedGeneration = Generation(cursor.Raw()) };
            else if (field.SequenceEqual("conditions"u8)) workload = workload with { Conditions = Condition.ReadAll(ref cursor, strings) };
            else cursor.Skip();
        }
        return workload;
    }

    private static WorkloadItem Active(WorkloadItem workload, ReadOnlySpan<byte> raw) =>
        raw[0] == (byte)'[' ? workload : workload with { Current = new JsonCursor(raw).Whole() };

    // Argo Rollouts write it as a text.
    private static long? Generation(ReadOnlySpan<byte> raw) => new JsonCursor(raw[0] == (byte)'"' ? raw[1..^1] : raw).Whole();
}
